"""What happens in a world, drawn from a seed: the character of its server, and a list of steps in time.

A plan with steps left out is a plan still: that is how a failure is shrunk. So no step is drawn from
what another one did; each has numbers of its own.
"""

import random
from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass, field, fields, replace

HOUR, DAY = 60, 24 * 60
_LIVELY = 3 * DAY  # minutes in which things happen; after them everything is well, and runs are far apart
_SETTLING = (4, 6, 9, 20, 36, 45)  # days at which runs are then

PUBLISHING = ("publish", "publish_late", "reprint", "two_addresses")
CHANGING = ("edit", "silent_edit", "correct", "delete", "restore")
TROUBLES = ("blocked", "forbidden", "errors", "hangs", "reset", "home", "lost", "empty", "cut", "lists_fail")
LATER_TROUBLES = ("robots_fail", "busy")
ACCIDENTS = ("kill", "power", "refuse_post", "refuse_any", "refuse_catalog")
RUNS = ("run", "backfill", "idle")


@dataclass(frozen=True, order=True)
class Step:
    """At a minute of the world something happens: ``of`` is an article's number, ``detail`` any number."""

    minute: int
    what: str
    of: int = 0
    detail: int = 0


@dataclass(frozen=True)
class Character:
    """What is not known of Sina's server. The first of each is what a polite one does."""

    beyond: str = "empty"  # or repeats: what a page beyond the end gives
    window: str = "honoured"  # or ignored
    depth: str = "unbounded"  # or bounded: how many pages there are at most
    cap: int = 50  # entries a page, whatever num says
    total: str = "true"  # or high, low, none
    stale: int = 0  # minutes that a list is behind
    order: str = "newest"  # or shuffled, within a page
    deleted: str = "unlisted"  # or listed: whether the list still shows them
    gone: str = "404"  # or 410, text
    etags: str = "no"  # or yes
    robots: str = "404"  # or allows
    cursor: str = "ignored"  # or taken: whether a list goes on below a ctime
    channels: int = 1

    def differs(self) -> dict[str, object]:
        """What is not polite."""
        polite = Character()
        return {
            part.name: value
            for part in fields(self)
            if (value := getattr(self, part.name)) != getattr(polite, part.name)
        }


CHOICES: dict[str, tuple[object, ...]] = {
    "beyond": ("empty", "empty", "repeats"),
    "window": ("honoured", "ignored"),
    "depth": ("unbounded", "unbounded", "unbounded", "bounded"),
    "cap": (50, 7, 3),
    "total": ("true", "true", "true", "high", "low", "none"),
    "stale": (0, 0, 0, 25),
    "order": ("newest", "newest", "shuffled"),
    "deleted": ("unlisted", "listed"),
    "gone": ("404", "410", "text"),
    "etags": ("no", "yes"),
    "robots": ("404", "allows"),
    "channels": (1, 1, 2),
}
_LATER_CHOICES: dict[str, tuple[object, ...]] = {"cursor": ("ignored", "taken")}
LATER = (*LATER_TROUBLES, "cursor=taken")  # what no world had when the first of them were played


@dataclass(frozen=True)
class Plan:
    """A world. ``steps`` are in order."""

    seed: int
    character: Character = field(default_factory=Character)
    steps: tuple[Step, ...] = ()

    def without(self, names: Collection[str]) -> "Plan":
        """The world without these: ``beyond=repeats`` of a character, or a kind of step."""
        polite = asdict(Character())
        own = asdict(self.character)
        tame = {name: polite[name] if f"{name}={value}" in names else value for name, value in own.items()}
        steps = tuple(step for step in self.steps if step.what not in names)
        return replace(self, character=Character(**tame), steps=steps)

    def only(self, steps: Iterable[Step]) -> "Plan":
        return replace(self, steps=tuple(sorted(steps)))


def draw(seed: int) -> Plan:
    """The world of a seed."""
    chance = random.Random(seed)
    character = Character(**{name: chance.choice(choices) for name, choices in CHOICES.items()})  # type: ignore[arg-type]

    def number() -> int:
        return chance.randrange(1 << 30)

    def when() -> int:
        return chance.randrange(_LIVELY)

    steps: list[Step] = []
    articles, burst = chance.randrange(3, 12), when()
    for article in range(articles):
        what = chance.choices(PUBLISHING, (12, 2, 1, 2))[0]
        minute = when() if article else 0
        if chance.random() < 0.6:  # many at once, more than a page of the list
            minute = burst + article
        steps.append(Step(minute, what, article, number()))
        for _ in range(chance.choice((0, 0, 1, 1, 2))):
            later = minute + chance.choice((7, 45, 3 * HOUR, 11 * HOUR, DAY))
            steps.append(Step(later, chance.choice(CHANGING), article, number()))
    for _ in range(chance.choice((0, 1, 2, 4))):
        steps.append(Step(when(), chance.choice(TROUBLES), number(), number()))
    minute = chance.randrange(10, 2 * HOUR)
    while minute < _LIVELY:
        steps.append(Step(minute, chance.choices(RUNS, (8, 1, 1))[0], 0, number()))
        if chance.random() < 0.25:
            steps.append(Step(minute - 1, chance.choice(ACCIDENTS), number(), number()))
        minute += chance.choice((20, 3 * HOUR, 8 * HOUR, 13 * HOUR, 22 * HOUR))
    steps += [Step(day * DAY, "idle" if day == 6 else "run", 0, number()) for day in _SETTLING]
    return _with_later(Plan(seed, character, tuple(sorted(steps))))


def _with_later(plan: Plan) -> Plan:
    """With what was thought of later, drawn by itself: without it the worlds of old seeds are what they were."""
    chance = random.Random(f"later {plan.seed}")
    traits = {name: chance.choice(choices) for name, choices in _LATER_CHOICES.items()}
    steps = [
        Step(chance.randrange(_LIVELY), chance.choice(LATER_TROUBLES), 0, chance.randrange(1 << 30))
        for _ in range(chance.choice((0, 0, 1, 2)))
    ]
    later = replace(plan, character=replace(plan.character, **traits))  # type: ignore[arg-type]  # by name
    return later.only((*plan.steps, *steps))
