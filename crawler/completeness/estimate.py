"""How many articles no witness has seen, with an interval, or why that can't be said.

What is said and when, and where the formulas come from, is in docs/completeness.md.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from crawler.completeness.models import (
    INDEPENDENT,
    INDEPENDENT_TWO,
    ONE_PAIR,
    TWO_PAIRS,
    Cells,
    Fit,
    criterion_of_all_pairs,
    patterns,
)

# What is said of the unseen: an interval that holds if two witnesses are independent, which two can't show; an
# interval, as no dependence shows between three; a lower bound; nothing.
IF_INDEPENDENT, ESTIMATE, AT_LEAST, CANNOT_SAY = "if_independent", "estimate", "at_least", "cannot_say"
NO_WITNESS, ONE_WITNESS, DEPENDENT, TOO_FEW = "no_witness", "one_witness", "dependent", "too_few"
LEVEL = 0.95
_WITHIN = 3.841  # of chi squared with one degree of freedom, LEVEL of it
_WITHIN_ONE_SIDED = 2.706  # the same for a bound on one side
_FEWEST = 7  # articles that two witnesses share, below which their estimate is biased (Robson and Regier 1964)

Sightings = Mapping[frozenset[str], int]  # how many articles these witnesses and no other saw


@dataclass(frozen=True, slots=True)
class Estimate:
    """``unseen``, ``low`` and ``high``: articles that none of the ``witnesses`` saw; None where that is not said.

    ``kind`` and ``reason``, of a bound and of nothing, are of the words above. ``witnesses``: as they were compared,
    those that are known to depend on each other as one.
    """

    kind: str
    witnesses: tuple[str, ...] = ()
    reason: str = ""
    unseen: int | None = None
    low: int | None = None
    high: int | None = None


def estimate(sightings: Sightings, own: Collection[str]) -> Estimate:
    """Of one population; `own`: the witnesses that are Sina's own, and so depend on each other."""
    witnesses = sorted(frozenset[str]().union(*(seen_by for seen_by, count in sightings.items() if count)))
    of_sina, others = [name for name in witnesses if name in own], [name for name in witnesses if name not in own]
    if not witnesses:
        return Estimate(CANNOT_SAY, reason=NO_WITNESS)
    if others:
        groups = [of_sina, others[:1], others[1:]]
        return _compared(sightings, [group for group in groups if group], False)
    return _compared(sightings, _at_most_three(sightings, of_sina), True)


def in_words(what: Estimate) -> str:
    """In a few words, for a table."""
    if what.kind == CANNOT_SAY:
        return f"can't be said: {what.reason.replace('_', ' ')}"
    if what.kind == AT_LEAST:
        return f"at least {what.low} ({what.reason.replace('_', ' ')})"
    interval = f"{what.unseen} ({what.low} to {what.high})"
    return interval if what.kind == ESTIMATE else f"if independent: {interval}"


def _compared(sightings: Sightings, groups: list[list[str]], is_all_own: bool) -> Estimate:
    names = tuple("+".join(group) for group in groups)
    if len(groups) == 1:
        return Estimate(CANNOT_SAY, names, ONE_WITNESS)
    if len(groups) == 2:
        if is_all_own:
            return Estimate(CANNOT_SAY, names, DEPENDENT)
        return _of_two(_cells(sightings, groups), names)
    cells = _cells(sightings, groups)
    if any(_shared(cells, *pair) < _FEWEST for pair in combinations(range(3), 2)):
        if is_all_own:
            return Estimate(CANNOT_SAY, names, TOO_FEW)
        return _compared(sightings, [groups[0], groups[1] + groups[2]], False)
    return _lower_bound(cells, names, DEPENDENT) if is_all_own else _of_three(cells, names)


def _at_most_three(sightings: Sightings, witnesses: list[str]) -> list[list[str]]:
    """The witnesses, of which those that saw the fewest are taken together."""
    seen = Counter({name: sum(count for by, count in sightings.items() if name in by) for name in witnesses})
    ordered = [name for name, _ in seen.most_common()]
    return [[name] for name in ordered[:2]] + ([ordered[2:]] if ordered[2:] else [])


def _cells(sightings: Sightings, groups: list[list[str]]) -> Cells:
    cells = dict.fromkeys(patterns(len(groups)), 0)
    for seen_by, count in sightings.items():
        pattern = tuple(not seen_by.isdisjoint(group) for group in groups)
        if any(pattern):
            cells[pattern] += count
    return cells


def _shared(cells: Cells, first: int, second: int) -> int:
    return sum(count for pattern, count in cells.items() if pattern[first] and pattern[second])


def _of_two(cells: Cells, names: tuple[str, ...]) -> Estimate:
    """Chapman's estimate, with the interval of the profile likelihood."""
    both, first, second = cells[True, True], cells[True, False], cells[False, True]
    if both < _FEWEST:
        return Estimate(CANNOT_SAY, names, TOO_FEW)
    fit = Fit(INDEPENDENT_TWO, cells)
    bounds = fit.bounds(fit.deviance + _WITHIN)
    if not bounds or bounds[1] is None:
        return Estimate(CANNOT_SAY, names, TOO_FEW)
    unseen = round(first * second / (both + 1))
    return Estimate(IF_INDEPENDENT, names, unseen=unseen, low=min(unseen, bounds[0]), high=max(unseen, bounds[1]))


def _of_three(cells: Cells, names: tuple[str, ...]) -> Estimate:
    """That of independent witnesses, where no dependence shows; with every number that any model does not exclude."""
    independent, *dependent = [Fit(model, cells) for model in (INDEPENDENT, *ONE_PAIR, *TWO_PAIRS)]
    all_pairs = criterion_of_all_pairs(cells, max(fit.unseen for fit in dependent))
    bounds = _not_excluded([independent, *dependent], independent.criterion + _WITHIN)
    high = _largest(bounds)
    if min(all_pairs, *(fit.criterion for fit in dependent)) < independent.criterion:
        return _lower_bound(cells, names, DEPENDENT)
    if high is None:
        return _lower_bound(cells, names, TOO_FEW)
    return Estimate(ESTIMATE, names, unseen=round(independent.unseen), low=min(low for low, _ in bounds), high=high)


def _not_excluded(fits: Sequence[Fit], most: float) -> list[tuple[int, int | None]]:
    """The bounds of each model whose criterion is at most that."""
    return [bounds for fit in fits if (bounds := fit.bounds(most - 2 * fit.model.parameters))]


def _largest(bounds: Sequence[tuple[int, int | None]]) -> int | None:
    highs = [high for _, high in bounds if high is not None]
    return max(highs) if len(highs) == len(bounds) else None


def _lower_bound(cells: Cells, names: tuple[str, ...], reason: str) -> Estimate:
    """What two witnesses say of the articles that the third did not see: too few, if what one finds the other finds.

    There are three such pairs; the least of them counts.
    """
    fits = [Fit(model, cells) for model in TWO_PAIRS]
    lows = [bounds[0] for fit in fits if (bounds := fit.bounds(fit.deviance + _WITHIN_ONE_SIDED))]
    return Estimate(AT_LEAST, names, reason, low=min(lows, default=0))
