"""Bodies as templates, editors and word processors leave them: blocks in blocks, tags in words, tags left open."""

from random import Random

_BOXES = ["div", "section", "center", "blockquote", "article", "dl"]
_INLINE = ["b", "span", "font", "i", "sup", "sub", "del", "u", "small", "strong", "ruby"]
_CELL_ROWS = (2, 4)


class Words:
    """Each word once: 词1词, 词2词, …; what comes of a body can be read for them."""

    def __init__(self) -> None:
        self.all: list[str] = []

    def __call__(self) -> str:
        self.all.append(f"词{len(self.all)}词")
        return self.all[-1]


def random_body(chance: Random, words: Words, depth: int = 0) -> str:
    """Markup with new words in the order in which a reader meets them."""
    return "".join(_block(chance, words, depth) for _ in range(chance.randint(1, 5)))


def _block(chance: Random, words: Words, depth: int) -> str:
    kinds = ["p", "p", "p", "open", "bare", "heading", "pre", "table", "image"] + ["box", "list"] * (depth < 4)
    match chance.choice(kinds):
        case "p":
            return f"<p>{_line(chance, words)}</p>"
        case "open":
            return f"<p>{_line(chance, words)}"
        case "bare":
            return f"{_line(chance, words)}<br>"
        case "heading":
            return f"<h3>{_line(chance, words)}</h3>"
        case "pre":
            return f"<pre>{words()}   {words()}\n{words()}   {words()}\n</pre>"
        case "table":
            return f"<table>{''.join(_row(chance, words) for _ in range(chance.randint(*_CELL_ROWS)))}</table>"
        case "image":
            return f'<img src="//n.sinaimg.cn/{chance.randint(1, 9)}.jpg"><br>'
        case "list":
            tag = chance.choice(["ul", "ol", 'ol start="4"', "ol type=a"])
            items = "".join(f"<li>{_item(chance, words, depth)}</li>" for _ in range(chance.randint(1, 4)))
            return f"<{tag}>{items}</{tag[:2]}>"
        case _:
            box = chance.choice(_BOXES)
            return f"<{box}>{random_body(chance, words, depth + 1)}</{box}>"


def _item(chance: Random, words: Words, depth: int) -> str:
    return _line(chance, words) + (random_body(chance, words, depth + 1) if chance.random() < 0.3 else "")


def _row(chance: Random, words: Words) -> str:
    return "<tr>" + "".join(f"<td>{_line(chance, words)}</td>" for _ in range(chance.randint(1, 3))) + "</tr>"


def _line(chance: Random, words: Words) -> str:
    parts = []
    for _ in range(chance.randint(1, 3)):
        tag = chance.choice(_INLINE)
        text = words()
        parts.append(f"<{tag}>{text}</{tag}>" if chance.random() < 0.4 else text)
    return chance.choice(["", " ", "\n", "<!-- x -->", "<script>x</script>"]).join(parts)
