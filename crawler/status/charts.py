"""Where the parts of the bar chart go; the page draws them as SVG in its own colours."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

_WIDTH, _HEIGHT = 520, 260  # units of the drawing, which is scaled to its card
_TOP, _BOTTOM, _RIGHT = 8, 236, 516  # of the area of the bars; below it are their names
_DIGIT = 9  # the width that is left for one in the numbers of the axis, enough for the larger text on a phone
_BAR_SHARE = 0.88  # of its slot, the rest is the space between two bars
_MOST_NAMES = 8  # below the bars; of more, not every one


@dataclass(frozen=True, slots=True)
class Part:
    """A rectangle of a bar; ``y`` is its upper edge."""

    label: str
    count: int
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class Bar:
    """Parts on top of each other, the first at the bottom; ``is_named`` if there is room for the name below."""

    name: str
    x: float
    width: float
    parts: Sequence[Part]
    is_named: bool

    @property
    def middle(self) -> float:
        return round(self.x + self.width / 2, 2)


@dataclass(frozen=True, slots=True)
class Tick:
    """A number of the axis and the height at which it stands."""

    number: int
    y: float


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars between ``left`` and ``right``, and the numbers of the axis left of them."""

    left: float
    bars: Sequence[Bar]
    ticks: Sequence[Tick]
    width: int = _WIDTH
    height: int = _HEIGHT
    right: int = _RIGHT
    bottom: int = _BOTTOM


def stacked_bars(names: Sequence[str], counts: Mapping[str, Sequence[int]]) -> Chart:
    """A bar for each name; `counts` has for each label of a part its counts, in the order of the names."""
    columns = list(zip(*counts.values(), strict=True))
    numbers = ticks(max(map(sum, columns), default=0))
    scale = (_BOTTOM - _TOP) / max(1, numbers[-1])
    left = 6 + _DIGIT * len(f"{numbers[-1]:,}")
    slot = (_RIGHT - left) / max(1, len(names))
    every = math.ceil(len(names) / _MOST_NAMES)
    bars = [
        Bar(
            name,
            x=round(left + slot * (place + (1 - _BAR_SHARE) / 2), 2),
            width=round(slot * _BAR_SHARE, 2),
            parts=_stacked(list(counts), column, scale),
            is_named=place % every == 0,
        )
        for place, (name, column) in enumerate(zip(names, columns, strict=True))
    ]
    return Chart(left, bars, [Tick(number, round(_BOTTOM - number * scale, 2)) for number in numbers])


def _stacked(labels: Sequence[str], column: Sequence[int], scale: float) -> list[Part]:
    parts = []
    below = 0
    for label, count in zip(labels, column, strict=True):
        below += count
        parts.append(Part(label, count, round(_BOTTOM - below * scale, 2), round(count * scale, 2)))
    return parts


def ticks(most: int) -> list[int]:
    """Some whole numbers from 0 to `most` or a little more, for an axis."""
    step = max(1, 10 ** math.floor(math.log10(most / 4))) if most >= 4 else 1
    step *= next(factor for factor in (1, 2, 5, 10) if step * factor * 5 >= most)
    return list(range(0, most + step, step))
