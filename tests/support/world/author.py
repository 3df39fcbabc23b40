"""The author: what there is at any moment, as a function of time, so that things happen in the middle of runs, too."""

import hashlib
import random
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from crawler.times import BEIJING
from tests.support.sites import Story, story
from tests.support.world.plan import CHANGING, PUBLISHING, Plan, Step

EPOCH = datetime(2024, 3, 4, 0, tzinfo=BEIJING)
LIDS = ("1686", "1687")
_OTHER = "https://finance.sina.com.cn/roll/{day}/doc-i{doc_id}.shtml"
_MOBILE = "https://finance.sina.cn/{day}/detail-i{doc_id}.d.html"


def moment_of(minute: float) -> datetime:
    """When a minute of the world is."""
    return EPOCH + timedelta(minutes=minute)


@dataclass
class Piece:
    """An article through time. ``listed_at``: when lists begin to show it; ``urls``: by channel."""

    number: int
    listed_at: datetime
    urls: dict[str, str]
    versions: list[tuple[datetime, Story | None]]  # None: it is gone
    is_late: bool = False

    @property
    def doc_id(self) -> str:
        return self.first.doc_id

    @property
    def first(self) -> Story:
        first = self.versions[0][1]
        assert first
        return first

    def at(self, moment: datetime) -> Story | None:
        """What its page shows; None before it is there, and while it is gone."""
        return next((version for since, version in reversed(self.versions) if since <= moment), None)

    def shown(self, start: datetime, end: datetime) -> list[Story | None]:
        """Every version of that time."""
        later = [version for since, version in self.versions if start < since <= end]
        return [self.at(start), *later]

    def last(self) -> Story:
        """The newest text that it has or had."""
        return next(version for _, version in reversed(self.versions) if version)


def write(plan: Plan) -> dict[str, Piece]:
    """All that the author of this world ever does, by doc id."""
    pieces: dict[int, Piece] = {}
    for step in plan.steps:
        if step.what in PUBLISHING and step.of not in pieces:
            pieces[step.of] = _publish(step, pieces, plan.character.channels)
        elif step.what in CHANGING and step.of in pieces:
            _change(pieces[step.of], step)
    return {piece.doc_id: piece for piece in pieces.values()}


def _publish(step: Step, pieces: dict[int, Piece], channels: int) -> Piece:
    chance = random.Random(step.detail)
    created = moment_of(step.minute) + timedelta(seconds=chance.randrange(60))
    lids = LIDS[:channels] if chance.random() < 0.5 else (chance.choice(LIDS[:channels]),)
    new = story(step.of + 1, created, channels=lids)
    if step.what == "reprint" and pieces:
        original = pieces[chance.choice(sorted(pieces))].first
        new = replace(new, paragraphs=original.paragraphs, media="转载日报")
    urls = dict.fromkeys(LIDS, new.url)
    if step.what == "two_addresses":
        other = chance.choice((_OTHER, _MOBILE)).format(day=f"{created:%Y-%m-%d}", doc_id=new.doc_id)
        urls |= {lids[-1]: other}
    late = timedelta(hours=chance.choice((2, 9, 20))) if step.what == "publish_late" else timedelta()
    return Piece(step.of, created + late, urls, [(created, new)], is_late=bool(late))


def _change(piece: Piece, step: Step) -> None:
    at = moment_of(step.minute) + timedelta(seconds=step.detail % 60)
    at = max(at, piece.versions[-1][0] + timedelta(seconds=1))
    before, last = piece.versions[-1][1], piece.last()
    mark = hashlib.sha256(f"{step.of} {step.detail}".encode()).hexdigest()[:12]
    text = f"更正第{mark}号：" + last.paragraphs[0]
    if step.what == "delete":
        changed: Story | None = None
    elif step.what == "restore":
        changed = replace(last, modified=at)
    elif before is None:
        return  # what is gone can't be edited
    elif step.what == "correct":
        changed = replace(last, paragraphs=(f"更正第{mark}号：本文已由编辑删减，仅保留此段。",), modified=at)
    else:
        changed = replace(last, paragraphs=(text, *last.paragraphs[1:]))
        changed = replace(changed, modified=at) if step.what == "edit" else changed
    if changed != before:
        piece.versions.append((at, changed))
