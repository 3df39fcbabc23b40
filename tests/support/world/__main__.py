"""``python -m tests.support.world``: many worlds, or one again.

python -m tests.support.world --seeds 1000          worlds 0 to 999
python -m tests.support.world --seed 17 --step 12   one world up to a step, with every request
"""

import argparse
import sys
import time
from collections import Counter

from tests.support.world.plan import draw
from tests.support.world.shrink import report, shrink
from tests.support.world.simulation import simulate


def main() -> int:
    """Exit status 1 if a world found a fault."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, help="this world only, step by step")
    parser.add_argument("--step", type=int, help="of it the steps before this one, and this one")
    parser.add_argument("--drop", default="", help="steps of it to leave out, by number, with commas")
    parser.add_argument("--seeds", type=int, default=100, help="how many worlds")
    parser.add_argument("--first", type=int, default=0, help="the first of them")
    parser.add_argument("--no-shrink", action="store_true", help="name failures as they are")
    given = parser.parse_args()
    if given.seed is not None:
        plan = draw(given.seed)
        dropped = {int(number) for number in given.drop.split(",") if number}
        plan = plan.only(step for number, step in enumerate(plan.steps) if number not in dropped)
        print(plan.character.differs())
        failure = simulate(plan, None if given.step is None else given.step + 1, loud=True)
        print(failure or "nothing is wrong")
        return int(failure is not None)
    faults = Counter[str]()
    started = time.monotonic()
    for seed in range(given.first, given.first + given.seeds):
        plan = draw(seed)
        if failure := simulate(plan):
            faults[failure.check] += 1
            smaller = plan if given.no_shrink else shrink(plan, failure)
            print(report(plan, smaller, failure), flush=True)
    print(f"{given.seeds} worlds in {time.monotonic() - started:.0f} s; faults: {dict(faults) or 'none'}")
    return int(bool(faults))


if __name__ == "__main__":
    sys.exit(main())
