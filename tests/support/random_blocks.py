"""Bodies of all kinds of blocks, some of them hostile, as `chance` has it."""

from random import Random

from crawler.sina.blocks import Block, Image, Item, ItemList, Paragraph, Preformatted, Quote, Table
from crawler.sina.inline import Inline, tidy
from tests.support.hostile import HOSTILE

LINK = "https://finance.sina.com.cn/a_(b)_*c*?x=1&lt=2&copy=3"
_WORDS = [
    "第一段",
    "增长5.2%。",
    "（见附表）",
    "A股",
    "3×10",
    "CO",
    "1. 不是列表",
    "- 也不是",
    "“引”",
    "x",
    "一、",
    "2024年",
]
_MARKS = [(), (), (), (), ("sup",), ("sub",), ("del",), ("u",), ("del", "sup")]


def random_blocks(chance: Random, most: int = 6, depth: int = 0) -> list[Block]:
    """At least one block; lists and quotations nest up to three deep."""
    return [_block(chance, depth) for _ in range(chance.randint(1, most))]


def _block(chance: Random, depth: int) -> Block:
    kinds = ["paragraph"] * 4 + ["heading", "image", "table", "figures"] + ["numbers", "bullets", "quote"] * (depth < 3)
    match chance.choice(kinds):
        case "heading":
            return Paragraph(_inlines(chance), chance.choice(["h2", "h4"]))
        case "image":
            return Image("https://n.sinaimg.cn/a_(1).jpg?x=1&y=2", _word(chance) if chance.random() < 0.5 else "")
        case "table":
            columns = chance.randint(1, 3)
            return Table([[_paragraph(chance) for _ in range(columns)] for _ in range(chance.randint(2, 4))])
        case "figures":
            return Preformatted("\n".join(f"{_word(chance)}    {chance.randint(1, 99)}" for _ in range(3)))
        case "numbers":
            return ItemList(_items(chance, depth), ordered=True)
        case "bullets":
            return ItemList(_items(chance, depth))
        case "quote":
            return Quote(random_blocks(chance, 3, depth + 1))
        case _:
            return _paragraph(chance)


def _items(chance: Random, depth: int) -> list[Item]:
    items, number = [], chance.choice([1, 1, 0, 3, 10, 99, 2024])
    for _ in range(chance.randint(1, 4)):
        blocks: list[Block] = [_paragraph(chance), *random_blocks(chance, 2, depth + 1)]
        items.append(
            Item(blocks if chance.random() < 0.4 else blocks[:1] if chance.random() < 0.7 else blocks[1:], number)
        )
        number += chance.choice([1, 1, 1, 1, 2, 5]) if number else 1
    return items


def _paragraph(chance: Random) -> Paragraph:
    return Paragraph(_inlines(chance))


def _inlines(chance: Random) -> list[Inline]:
    inlines = [
        Inline(
            _word(chance),
            bold=chance.random() < 0.2,
            italic=chance.random() < 0.1,
            href=LINK if chance.random() < 0.15 else "",
            marks=chance.choice(_MARKS),
        )
        for _ in range(chance.randint(1, 4))
    ]
    return tidy(inlines) or [Inline("甲")]


def _word(chance: Random) -> str:
    return chance.choice(_WORDS) if chance.random() < 0.8 else chance.choice(HOSTILE).strip("\ufeff\u200b \t")
