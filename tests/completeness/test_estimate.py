"""What is said of articles that no witness saw: an interval holds as often as it claims, and a bound is one."""

import random
from collections import Counter
from collections.abc import Mapping
from math import exp, sqrt

import pytest

from crawler.completeness.estimate import (
    AT_LEAST,
    CANNOT_SAY,
    ESTIMATE,
    IF_INDEPENDENT,
    LEVEL,
    Estimate,
    estimate,
    in_words,
)

OWN = ("roll", "columns", "7x24")
IA, CC = "internet_archive", "common_crawl"
TRIALS = 150


def hidden(
    chance: random.Random, articles: int, reach: Mapping[str, float], spread: float = 0
) -> Counter[frozenset[str]]:
    """Who saw what of so many known articles; `spread`: how unequally easy they are to see, in log-odds."""
    seen = Counter[frozenset[str]]()
    for _ in range(articles):
        ease = exp(chance.gauss(0, spread))
        odds = {name: share / (1 - share) * ease for name, share in reach.items()}
        seen[frozenset(name for name in reach if chance.random() < odds[name] / (1 + odds[name]))] += 1
    return seen


def judged(articles: int, reach: Mapping[str, float], spread: float = 0) -> list[tuple[str, bool]]:
    """Of each trial what was said, and whether the truth is within it."""
    chance = random.Random(4711)
    said = []
    for _ in range(TRIALS):
        seen = hidden(chance, articles, reach, spread)
        truth = seen.pop(frozenset(), 0)
        unseen = estimate(seen, OWN)
        high = truth if unseen.high is None else unseen.high
        said.append((unseen.kind, unseen.low is not None and unseen.low <= truth <= high))
    return said


def share(said: list[tuple[str, bool]], kind: str) -> float:
    """Of the trials in which `kind` was said, how many hold."""
    holding = [holds for name, holds in said if name == kind]
    return sum(holding) / len(holding)


def is_reached(rate: float, trials: int) -> bool:
    """Within chance: two standard errors."""
    return rate >= LEVEL - 2 * sqrt(LEVEL * (1 - LEVEL) / trials)


@pytest.mark.parametrize(
    ("articles", "reach"),
    [(300, {"roll": 0.7, IA: 0.5}), (200, {"roll": 0.9, IA: 0.3}), (600, {"columns": 0.3, CC: 0.3})],
    ids=["two of middling reach", "one that sees nearly all", "two that see little"],
)
def test_the_interval_of_two_independent_witnesses_covers_the_truth_as_often_as_it_claims(
    articles: int, reach: dict[str, float]
) -> None:
    said = judged(articles, reach)
    assert {kind for kind, _ in said} == {IF_INDEPENDENT}
    assert is_reached(share(said, IF_INDEPENDENT), TRIALS)


@pytest.mark.parametrize("reach", [{"roll": 0.7, IA: 0.5, CC: 0.3}, {"roll": 0.4, IA: 0.3, CC: 0.2}], ids=str)
def test_so_does_that_of_three(reach: dict[str, float]) -> None:
    said = judged(600, reach)
    kinds = Counter(kind for kind, _ in said)
    assert kinds.keys() == {ESTIMATE, AT_LEAST}
    assert kinds[ESTIMATE] > TRIALS / 2
    assert is_reached(share(said, ESTIMATE), kinds[ESTIMATE])
    assert is_reached(share(said, AT_LEAST), kinds[AT_LEAST])


def test_where_three_depend_on_each_other_a_lower_bound_is_named_and_is_one() -> None:
    said = judged(800, {"roll": 0.6, IA: 0.4, CC: 0.25}, spread=2)
    assert {kind for kind, _ in said} == {AT_LEAST}
    assert is_reached(share(said, AT_LEAST), TRIALS)


def test_three_lists_of_sinas_own_give_a_lower_bound_even_where_no_dependence_shows() -> None:
    said = judged(400, {"roll": 0.7, "columns": 0.5, "7x24": 0.3})
    assert {kind for kind, _ in said} == {AT_LEAST}
    assert is_reached(share(said, AT_LEAST), TRIALS)


def sightings(**counts: int) -> dict[frozenset[str], int]:
    """By the witnesses' names, with ``__`` between them."""
    return {frozenset(names.split("__")): count for names, count in counts.items()}


@pytest.mark.parametrize(
    ("seen", "reason"),
    [
        ({}, "no_witness"),
        (sightings(roll=0), "no_witness"),
        (sightings(roll=500), "one_witness"),
        (sightings(internet_archive=500), "one_witness"),
        (sightings(roll=50, columns=50, roll__columns=400), "dependent"),
        (sightings(roll=50, internet_archive=50, roll__internet_archive=6), "too_few"),
        (sightings(roll=50, internet_archive=50), "too_few"),
        (sightings(roll=50, columns=50, roll__columns=40, old_lists=3), "too_few"),
    ],
)
def test_where_witnesses_are_too_few_or_sinas_own_nothing_is_said(seen: dict[frozenset[str], int], reason: str) -> None:
    unseen = estimate(seen, ("roll", "columns", "7x24", "old_lists"))
    assert (unseen.kind, unseen.reason) == (CANNOT_SAY, reason)
    assert (unseen.unseen, unseen.low, unseen.high) == (None, None, None)


def test_sinas_lists_count_as_one_witness_beside_a_web_archive() -> None:
    split = sightings(roll=10, columns=10, roll__columns=80, internet_archive=20, roll__internet_archive=30,
                      columns__internet_archive=30)  # fmt: skip
    together = sightings(roll=100, internet_archive=20, roll__internet_archive=60)
    of_split, of_together = estimate(split, OWN), estimate(together, OWN)
    assert of_split.witnesses == ("columns+roll", IA)
    assert (of_split.unseen, of_split.low, of_split.high) == (of_together.unseen, of_together.low, of_together.high)


def test_two_archives_that_share_too_little_with_each_other_count_as_one() -> None:
    seen = sightings(roll=100, internet_archive=20, common_crawl=5, roll__internet_archive=60, roll__common_crawl=15)
    assert estimate(seen, OWN).witnesses == ("roll", f"{CC}+{IA}")


def test_two_witnesses_are_estimated_as_chapman_does() -> None:
    """His example's form: of 100 and 80 with 50 in common, (101 · 81 / 51) − 1 in all."""
    unseen = estimate(sightings(roll=50, internet_archive=30, roll__internet_archive=50), OWN).unseen
    assert unseen == round(101 * 81 / 51 - 1 - 130)


@pytest.mark.parametrize(
    ("what", "words"),
    [
        (Estimate(CANNOT_SAY, reason="one_witness"), "can't be said: one witness"),
        (Estimate(AT_LEAST, reason="dependent", low=4), "at least 4 (dependent)"),
        (Estimate(IF_INDEPENDENT, unseen=5, low=2, high=9), "if independent: 5 (2 to 9)"),
        (Estimate(ESTIMATE, unseen=5, low=2, high=9), "5 (2 to 9)"),
    ],
)
def test_it_is_said_in_a_few_words(what: Estimate, words: str) -> None:
    assert in_words(what) == words
