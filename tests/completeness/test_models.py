"""The likelihoods: sums over margins, compared with tables that are fitted step by step."""

from itertools import product
from math import lgamma, log

import pytest

from crawler.completeness.models import INDEPENDENT, INDEPENDENT_TWO, ONE_PAIR, TWO_PAIRS, Cells, Fit, Model, Pattern

TWO = {(True, True): 50, (True, False): 50, (False, True): 30}
THREE = dict(zip([p for p in product((False, True), repeat=3) if any(p)], (31, 44, 12, 60, 17, 25, 9), strict=True))
CASES = [(INDEPENDENT_TWO, TWO), *((model, THREE) for model in (INDEPENDENT, *ONE_PAIR, *TWO_PAIRS))]


def fitted(model: Model, table: dict[Pattern, float]) -> dict[Pattern, float]:
    """By iterative proportional fitting (Deming and Stephan 1940): the margins of the model, and nothing else."""
    expected = dict.fromkeys(table, sum(table.values()) / len(table))
    for _ in range(30):
        for margin in model.margins:
            for pattern in list(expected):
                same = [other for other in table if all(other[at] == pattern[at] for at in margin)]
                factor = sum(table[other] for other in same) / sum(expected[other] for other in same)
                for other in same:
                    expected[other] *= factor
    return expected


def deviance(model: Model, cells: Cells, unseen: int) -> float:
    """Of the whole table, as a multinomial."""
    table: dict[Pattern, float] = {**cells, (False,) * len(next(iter(cells))): unseen}
    expected, total = fitted(model, table), sum(table.values())
    likelihood = lgamma(total + 1) - lgamma(unseen + 1)
    likelihood += sum(count * log(expected[pattern] / total) for pattern, count in table.items() if count)
    return -2 * likelihood


@pytest.mark.parametrize(("model", "cells"), CASES)
def test_a_sum_over_margins_is_the_likelihood_of_the_fitted_table(model: Model, cells: Cells) -> None:
    fit = Fit(model, cells)
    for unseen in (0, 1, 17, 400):
        assert fit.deviance_at(unseen) == pytest.approx(deviance(model, cells, unseen))


@pytest.mark.parametrize(("model", "cells"), CASES)
def test_the_best_number_is_likelier_than_any_other_and_the_bounds_are_where_it_is_not(
    model: Model, cells: Cells
) -> None:
    fit = Fit(model, cells)
    by_number = {unseen: fit.deviance_at(unseen) for unseen in range(2000)}
    assert min(by_number.values()) >= fit.deviance
    most = fit.deviance + 3.841
    inside = [unseen for unseen, of_number in by_number.items() if of_number <= most]
    bounds = fit.bounds(most)
    assert bounds
    assert bounds[1]
    assert (inside[0] - bounds[0], bounds[1] - inside[-1]) in ((0, 0), (0, 1), (1, 0), (1, 1))


def test_of_two_it_is_near_that_of_lincoln_and_petersen() -> None:
    assert Fit(INDEPENDENT_TWO, TWO).unseen == pytest.approx(50 * 30 / 50, rel=0.05)


def test_witnesses_that_share_nothing_bound_nothing() -> None:
    fit = Fit(INDEPENDENT_TWO, {(True, True): 0, (True, False): 5, (False, True): 5})
    bounds = fit.bounds(fit.deviance + 3.841)
    assert bounds
    assert bounds[1] is None
