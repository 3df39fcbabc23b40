"""What was changed in a text, for a reader: paragraphs in HTML with ``<del>`` and ``<ins>``, Chinese by characters."""

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from html import escape

_WORD = re.compile(r"[^\W\d_\u3040-\u30ff\u3400-\u9fff]+|\d+(?:[.,]\d+)*%?|\s+|.", re.S)
_SHORT = 2  # characters that stay between two changes by accident: as a part of both they are easier to read
_MOST = 1_000_000  # pairs of words that are compared; difflib's time grows with them
_LIKE = 0.5  # from here on a paragraph is taken for another's new text
_AHEAD = 20  # paragraphs that one is compared with
_LEFT_OUT = "<p>……</p>"
_Change = tuple[str, str]  # what was there, and what is there


def word_diff(before: str, after: str) -> str:
    """The changed paragraphs, a line each; empty where none is. What did not change is left out between them."""
    old, new = before.split("\n"), after.split("\n")
    parts: list[str] = []
    for operation, start, end, new_start, new_end in SequenceMatcher(None, old, new, False).get_opcodes():
        if operation != "equal":
            parts += _changed(old[start:end], new[new_start:new_end])
        else:
            parts.append(_LEFT_OUT)
    return "\n".join(parts) if any(part != _LEFT_OUT for part in parts) else ""


def _changed(old: list[str], new: list[str]) -> Iterator[str]:
    if len(old) == len(new) == 1 or "".join(old) == "".join(new):  # the latter: only where paragraphs begin
        yield from _paragraphs(_changes("\n".join(old), "\n".join(new)))
        return
    for before, after in _pairs(old, new):
        yield from _paragraphs(_changes(before, after))


def _pairs(old: list[str], new: list[str]) -> Iterator[_Change]:
    """Each paragraph with the one that is most like it, in order; with nothing where none is."""
    place = 0
    for before in old:
        near = range(place, min(place + _AHEAD, len(new)))
        likeness = {at: _likeness(before, new[at]) for at in near}
        best = max(near, key=likeness.__getitem__, default=place)
        if likeness.get(best, 0) < _LIKE:
            yield before, ""
            continue
        yield from (("", after) for after in new[place:best])
        yield before, new[best]
        place = best + 1
    yield from (("", after) for after in new[place:])


def _likeness(before: str, after: str) -> float:
    """From 0 to 1, by the characters in both, wherever they stand."""
    return SequenceMatcher(None, before, after, False).quick_ratio()


def _changes(before: str, after: str) -> list[_Change]:
    """In order; what is equal is in both."""
    old, new = _WORD.findall(before), _WORD.findall(after)
    if len(old) * len(new) > _MOST:
        return [(before, ""), ("", after)]
    changes: list[_Change] = []
    for _, start, end, new_start, new_end in SequenceMatcher(None, old, new, False).get_opcodes():
        changes.append(("".join(old[start:end]), "".join(new[new_start:new_end])))
    return _without_short_ones(changes)


def _without_short_ones(changes: list[_Change]) -> list[_Change]:
    joined: list[_Change] = []
    for number, (before, after) in enumerate(changes):
        is_equal = before == after
        is_between = joined and joined[-1][0] != joined[-1][1] and number + 1 < len(changes)
        is_short = is_equal and len(before) <= _SHORT and is_between and "\n" not in before
        if joined and joined[-1][0] != joined[-1][1] and (not is_equal or is_short):
            joined[-1] = (joined[-1][0] + before, joined[-1][1] + after)
        else:
            joined.append((before, after))
    return joined


def _paragraphs(changes: list[_Change]) -> Iterator[str]:
    """A paragraph that is two now, or was, has a ``¶`` where it is or was divided."""
    marked = "".join(
        escape(before, quote=False) if before == after else _marked("del", before) + _marked("ins", after)
        for before, after in changes
    )
    return (f"<p>{line}</p>" for line in marked.split("\n") if line)


def _marked(tag: str, text: str) -> str:
    shown = escape(text, quote=False).replace("\n", "¶")
    end = "\n" if tag == "ins" and "\n" in text else ""
    return f"<{tag}>{shown}</{tag}>{end}" if text else ""
