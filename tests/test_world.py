"""Worlds of fixed and of fresh seeds in which the archive stays true, and the proof that a world finds bugs."""

import time

import pytest

from tests.support.world.faults import KNOWN_FAULTS
from tests.support.world.plan import Plan, draw
from tests.support.world.planted import PLANTED, Planted
from tests.support.world.shrink import report, shrink
from tests.support.world.simulation import Failure, simulate

FIXED = range(12)
FOUND = {
    16: "a temporary manifest of a run that was killed stays when its day is over",
    20: "a manifest that is not written leaves exit status 0",
}
_FRESH_FOR = 20  # seconds


def play(plan: Plan) -> Failure | None:
    return simulate(plan, tuple(KNOWN_FAULTS))


def explain(plan: Plan, failure: Failure) -> str:
    return report(plan, shrink(plan, failure, tuple(KNOWN_FAULTS)), failure)


@pytest.mark.parametrize("seed", FIXED)
def test_the_archive_stays_true_in_a_world(seed: int) -> None:
    plan = draw(seed).without(KNOWN_FAULTS)
    if failure := play(plan):
        pytest.fail(explain(plan, failure))


@pytest.mark.parametrize("seed", FOUND, ids=FOUND.get)
def test_a_seed_that_found_a_fault_finds_no_more(seed: int) -> None:
    plan = draw(seed).without(KNOWN_FAULTS)
    if failure := play(plan):
        pytest.fail(explain(plan, failure))


def test_the_archive_stays_true_in_worlds_that_nobody_has_seen() -> None:
    first = time.time_ns() % 10**9
    ends = time.monotonic() + _FRESH_FOR
    seed = first
    while time.monotonic() < ends:
        plan = draw(seed).without(KNOWN_FAULTS)
        if failure := play(plan):
            pytest.fail(explain(plan, failure))
        seed += 1
    assert seed > first


@pytest.mark.parametrize("planted", PLANTED, ids=lambda planted: planted.name)
def test_a_planted_bug_is_found_within_some_worlds(planted: Planted) -> None:
    for seed in range(planted.within):
        with planted.there():
            failure = play(draw(seed).without(KNOWN_FAULTS))
        if failure and failure.check in planted.checks:
            return
    pytest.fail(f"{planted.name}: not found within {planted.within} worlds")


def test_a_seed_gives_one_world() -> None:
    with PLANTED[0].there():
        failures = {str(simulate(draw(1), tuple(KNOWN_FAULTS))) for _ in range(2)}
    assert len(failures) == 1


def test_a_failing_world_is_shrunk_to_what_it_takes() -> None:
    planted = next(planted for planted in PLANTED if planted.name == "a date in another zone")
    with planted.there():
        plan = draw(0).without(KNOWN_FAULTS)
        failure = play(plan)
        assert failure
        smaller = shrink(plan, failure, tuple(KNOWN_FAULTS))
    whats = [step.what for step in smaller.steps]
    assert len(whats) == 2, whats
    command = report(plan, smaller, failure).splitlines()[-1]
    assert command.startswith(".venv/bin/python -m tests.support.world --seed 0 ")


def test_what_is_left_out_of_worlds_says_why() -> None:
    assert all(reason for reason in KNOWN_FAULTS.values())
    polite = draw(3).without(KNOWN_FAULTS)
    assert all(step.what not in KNOWN_FAULTS for step in polite.steps)
