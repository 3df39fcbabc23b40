"""Worlds of fixed seeds in which the archive stays true, and the proof that a world finds bugs.

`make world` plays others: a test that draws them anew each time would fail one day for whoever changed nothing.
"""

import pytest

from tests.support.world.plan import LATER, Plan, draw
from tests.support.world.planted import PLANTED, Planted
from tests.support.world.shrink import report, shrink
from tests.support.world.simulation import Failure, simulate

FIXED = range(60)
FOUND = {  # in worlds that were without LATER
    16: "a temporary manifest of a run that was killed stays when its day is over",
    20: "a manifest that is not written leaves exit status 0",
    1009: "a window that shows a single entry is taken for a list whose pages are bounded to one",
    1028: "a page that is cut before its text, and of no known layout, is archived as its title and date",
    1042: "a post whose entry the catalog refused is taken for another's when its article is edited next",
}
FOUND_LATER = {
    29: "a robots.txt that keeps only second witnesses out is taken for one that keeps all out",
    106: "a run whose begin the catalog refused is in no table, and green",
    212: "captures of a killed run that the disk refuses to finish leave exit status 0",
    104715399: "a page that is cut behind the words that it is gone leaves exit status 0",
    3000: "an absence that the catalog refused to enter leaves exit status 0",
}


def explain(plan: Plan, failure: Failure) -> str:
    return report(plan, shrink(plan, failure), failure)


@pytest.mark.parametrize("seed", FIXED)
def test_the_archive_stays_true_in_a_world(seed: int) -> None:
    plan = draw(seed)
    if failure := simulate(plan):
        pytest.fail(explain(plan, failure))


@pytest.mark.parametrize("seed", FOUND | FOUND_LATER, ids=(FOUND | FOUND_LATER).get)
def test_a_seed_that_found_a_fault_finds_no_more(seed: int) -> None:
    plan = draw(seed).without(LATER if seed in FOUND else ())
    if failure := simulate(plan):
        pytest.fail(explain(plan, failure))


@pytest.mark.parametrize("planted", PLANTED, ids=lambda planted: planted.name)
def test_a_planted_bug_is_found_within_some_worlds(planted: Planted) -> None:
    for seed in planted.seeds():
        with planted.there():
            failure = simulate(draw(seed))
        if failure and failure.check in planted.checks:
            return
    pytest.fail(f"{planted.name}: not found within {planted.within} worlds")


def test_a_seed_gives_one_world() -> None:
    with PLANTED[0].there():
        failures = {str(simulate(draw(1))) for _ in range(2)}
    assert len(failures) == 1


def test_a_failing_world_is_shrunk_to_what_it_takes() -> None:
    planted = next(planted for planted in PLANTED if planted.name == "a date in another zone")
    with planted.there():
        plan = draw(0)
        failure = simulate(plan)
        assert failure
        smaller = shrink(plan, failure)
    whats = [step.what for step in smaller.steps]
    assert len(whats) == 2, whats
    command = report(plan, smaller, failure).splitlines()[-1]
    assert command.startswith(".venv/bin/python -m tests.support.world --seed 0 ")


def test_what_was_thought_of_later_leaves_the_worlds_of_old_seeds_as_they_were() -> None:
    with_later = [seed for seed in range(20) if draw(seed) != draw(seed).without(LATER)]
    assert with_later
    for seed in with_later:
        old, new = draw(seed).without(LATER), draw(seed)
        assert set(old.steps) <= set(new.steps)
        assert new.only(old.steps).without(LATER) == old
