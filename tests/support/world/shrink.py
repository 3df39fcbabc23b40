"""A failing world made small: steps are dropped while it still fails in the same way."""

from tests.support.world.author import moment_of
from tests.support.world.plan import Plan
from tests.support.world.simulation import Failure, simulate

_MOST = 80  # worlds that are tried


def shrink(plan: Plan, failure: Failure) -> Plan:
    """The plan with as few steps as still fail the check of `failure`."""
    tries = 0
    steps = list(plan.steps[: failure.step + 1])
    if not _fails(plan.only(steps), failure):
        steps = list(plan.steps)
    size = max(len(steps) // 2, 1)
    while size:
        at = 0
        while at < len(steps) and tries < _MOST:
            fewer = steps[:at] + steps[at + size :]
            tries += 1
            if _fails(plan.only(fewer), failure):
                steps = fewer
            else:
                at += size
        size //= 2
    return plan.only(steps)


def _fails(plan: Plan, failure: Failure) -> bool:
    again = simulate(plan)
    return again is not None and again.check == failure.check


def report(plan: Plan, smaller: Plan, failure: Failure) -> str:
    """What a person needs: what is wrong, the steps that it takes, and the command that shows them."""
    kept = set(smaller.steps)
    dropped = [str(number) for number, step in enumerate(plan.steps) if step not in kept]
    last = f" --step {failure.step}" if failure.step < len(plan.steps) and not dropped else ""
    command = f".venv/bin/python -m tests.support.world --seed {plan.seed}{last}"
    command += f" --drop {','.join(dropped)}" if dropped else ""
    steps = [f"    {moment_of(step.minute):%m-%d %H:%M} {step.what} {step.of}" for step in smaller.steps]
    lines = [
        f"seed {plan.seed}, step {failure.step}: {failure.what}",
        f"    {plan.character.differs()}",
        *steps,
        command,
    ]
    return "\n".join(lines)
