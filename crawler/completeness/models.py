"""How likely a number of unseen articles is, for two or three witnesses: log-linear models, as plain sums.

All of them are decomposable, so that their likelihood is a sum of ``n log n`` over margins (Bishop, Fienberg and
Holland 1975, chapters 3 and 6); docs/completeness.md has the formula.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from math import ceil, exp, floor, lgamma, log, log1p

Pattern = tuple[bool, ...]  # which of the witnesses saw an article
Cells = Mapping[Pattern, int]

_MOST = 1e4  # times the known ones: what may be larger is not bounded
_STEPS = 60  # of a search: each cuts what is left by a third or by half


@dataclass(frozen=True, slots=True)
class Model:
    """Which witnesses depend on each other: those of one of its ``margins``; ``parameters`` besides the number."""

    margins: tuple[tuple[int, ...], ...]
    separators: tuple[tuple[int, ...], ...]
    parameters: int


INDEPENDENT_TWO = Model(((0,), (1,)), ((),), 2)
INDEPENDENT = Model(((0,), (1,), (2,)), ((), ()), 3)
ONE_PAIR = tuple(Model((pair, (other,)), ((),), 4) for pair, other in (((0, 1), 2), ((0, 2), 1), ((1, 2), 0)))
TWO_PAIRS = tuple(
    Model(((shared, first), (shared, second)), ((shared,),), 5)
    for shared, first, second in ((0, 1, 2), (1, 0, 2), (2, 0, 1))
)
_ALL_PAIRS_PARAMETERS = 6


class Fit:
    """A model to the cells of two or three witnesses."""

    def __init__(self, model: Model, cells: Cells) -> None:
        self.model = model
        self._known = sum(cells.values())
        self._margins = [_margin(cells, margin) for margin in model.margins]
        self._separators = [_margin(cells, separator) for separator in model.separators]
        self._most = log1p(_MOST * max(1, self._known))
        self.unseen = self._best()
        self.deviance = self.deviance_at(self.unseen)

    @property
    def criterion(self) -> float:
        """Akaike's."""
        return self.deviance + 2 * self.model.parameters

    def deviance_at(self, unseen: float) -> float:
        """Minus twice the largest log-likelihood of so many unseen articles, but for a constant of the cells."""
        total = self._known + unseen
        likelihood = lgamma(total + 1) - lgamma(unseen + 1) - _xlogx(total)
        likelihood += sum(fixed + _xlogx(rest + unseen) for fixed, rest in self._margins)
        likelihood -= sum(fixed + _xlogx(rest + unseen) for fixed, rest in self._separators)
        return -2 * likelihood

    def bounds(self, most: float) -> tuple[int, int | None] | None:
        """The least and the largest number whose deviance is at most that; None: there is none, or no largest."""
        if self.deviance > most:
            return None
        middle = log1p(self.unseen)

        def is_inside(place: float) -> bool:
            return self.deviance_at(exp(place) - 1) <= most

        low = 0.0 if is_inside(0.0) else _edge(is_inside, middle, 0.0)
        high = None if is_inside(self._most) else _edge(is_inside, middle, self._most)
        return floor(exp(low) - 1 + 1e-9), None if high is None else ceil(exp(high) - 1 - 1e-9)

    def _best(self) -> float:
        """By the golden section: the deviance has one minimum."""
        ratio = (5**0.5 - 1) / 2
        low, high = 0.0, self._most
        for _ in range(_STEPS):
            left, right = high - ratio * (high - low), low + ratio * (high - low)
            if self.deviance_at(exp(left) - 1) <= self.deviance_at(exp(right) - 1):
                high = right
            else:
                low = left
        return exp((low + high) / 2) - 1


def criterion_of_all_pairs(cells: Cells, unseen: float) -> float:
    """Akaike's, for the model in which all of three witnesses depend on each other: it fits the cells exactly."""
    total = sum(cells.values()) + unseen
    likelihood = lgamma(total + 1) - lgamma(unseen + 1) - _xlogx(total) + _xlogx(unseen)
    return -2 * (likelihood + sum(map(_xlogx, cells.values()))) + 2 * _ALL_PAIRS_PARAMETERS


def patterns(witnesses: int) -> Iterator[Pattern]:
    """All but that of the unseen."""
    return (pattern for pattern in product((False, True), repeat=witnesses) if any(pattern))


def _margin(cells: Cells, of: Sequence[int]) -> tuple[float, int]:
    """The sum of ``n log n`` over the cells of a margin without that of the unseen, and the count of that one."""
    counts: dict[Pattern, int] = {}
    for pattern, count in cells.items():
        key = tuple(pattern[witness] for witness in of)
        counts[key] = counts.get(key, 0) + count
    rest = counts.pop((False,) * len(of), 0)
    return sum(map(_xlogx, counts.values())), rest


def _xlogx(number: float) -> float:
    return number * log(number) if number > 0 else 0.0


def _edge(is_inside: Callable[[float], bool], inside: float, outside: float) -> float:
    for _ in range(_STEPS):
        middle = (inside + outside) / 2
        inside, outside = (middle, outside) if is_inside(middle) else (inside, middle)
    return outside
