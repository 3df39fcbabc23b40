"""A backfill in each combination of what is not known of the API: complete, or the gap named."""

import itertools
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from crawler import times
from crawler.run.backfill import Backfill
from crawler.sources.roll_window import RollWindow
from crawler.sources.source import Ask
from crawler.times import iso, parse_time
from tests.support.archives import Archive, Run
from tests.support.catalogs import open_archive
from tests.support.roll_server import ROLL_HANDLERS, RollSite, Unknowns, respond
from tests.support.sites import CHANNEL, Story, stories, story

DAY = timedelta(days=1)
FIRST = parse_time("day", "2024-03-01")
DAYS, PER_DAY = 9, 24
START, END = FIRST + 2 * DAY, FIRST + 5 * DAY
WINDOW = {"since": "2024-03-03", "until": "2024-03-05"}


@cache
def published(per_day: int = PER_DAY) -> tuple[Story, ...]:
    """Nine days, to their last hour, newest first."""
    moments = [FIRST + at * (DAY / per_day) + timedelta(minutes=5) for at in range(DAYS * per_day)]
    return tuple(story(number, created=moment) for number, moment in enumerate(moments, start=1))[::-1]


@dataclass
class Walked:
    """What a backfill listed, the spans that failed and their reasons, and how often it asked."""

    listed: set[str]
    failed: list[tuple[str, str]]
    reasons: set[str]
    asked: list[str]

    def unnamed(self, of: Sequence[Story]) -> list[Story]:
        """The articles of the window that were neither listed nor are in a slice that failed."""
        missing = [one for one in of if START <= one.created < END and one.url not in self.listed]
        return [one for one in missing if not any(start <= iso(one.created) < end for start, end in self.failed)]


@pytest.fixture
def noon(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is the morning after the nine days."""
    monkeypatch.setattr(times, "clock", lambda: FIRST + DAYS * DAY + timedelta(hours=1))


def walk(
    folder: Path, shown: Sequence[Story], unknowns: Unknowns, until: datetime = END, trouble: tuple[str, ...] = ()
) -> Walked:
    """A backfill's conversation with the API, without the articles; a URL that contains a text of `trouble` fails."""
    entries = [one.entry() for one in shown]
    walked = Walked(set(), [], set(), [])
    with open_archive(folder) as archive:
        source = RollWindow(CHANNEL, Backfill(archive.slices, START, until))
        asks: list[Ask] = list(source.start())
        while asks:
            ask = asks.pop()
            walked.asked.append(ask.url)
            if any(part in ask.url for part in trouble):
                asks += source.failed(ask, "http_404")
                continue
            result = respond(entries, dict(parse_qsl(urlsplit(ask.url).query)), unknowns)
            answer = source.read(ask, json.dumps({"result": result}).encode())
            walked.listed |= {entry.url for entry in answer.entries}
            asks += answer.asks
        for failure in archive.slices.failures():
            walked.failed.append((str(failure["start"]), str(failure["end"])))
            walked.reasons.add(str(failure["reason"]))
    return walked


CHOICES: dict[str, tuple[Any, ...]] = {
    "windows": (("155",), ()),
    "deepest": (0, 2, 5),
    "beyond": ("empty", "last"),
    "cursor": (True, False),
    "total": ("true", "absent", "page", "list"),
    "cap": (50, 20),
}
COMBINATIONS = [Unknowns(**dict(zip(CHOICES, values, strict=True))) for values in itertools.product(*CHOICES.values())]


def is_reachable(unknowns: Unknowns) -> bool:
    """True where the articles of the window can be had at all, and what lies beyond it as proof."""
    by_pages = not unknowns.deepest or unknowns.deepest * unknowns.cap > (DAYS - 2) * PER_DAY
    return bool(unknowns.windows) or unknowns.cursor or by_pages


def name_of(unknowns: Unknowns) -> str:
    return "-".join(map(str, vars(unknowns).values()))


@pytest.mark.usefixtures("noon")
@pytest.mark.parametrize("unknowns", COMBINATIONS, ids=name_of)
def test_every_article_is_listed_or_in_a_slice_that_is_named(tmp_path: Path, unknowns: Unknowns) -> None:
    shown = published()
    walked = walk(tmp_path, shown, unknowns)
    assert walked.unnamed(shown) == []
    assert len(walked.asked) < 40
    if is_reachable(unknowns):
        assert len(walked.listed) == 3 * PER_DAY
    else:
        assert (len(walked.failed), walked.reasons) == (3, {"paging_bounded"})
    if is_reachable(unknowns) and (not unknowns.windows or unknowns.total in ("true", "absent")):
        assert walked.reasons == set()


@pytest.mark.usefixtures("noon")
@pytest.mark.parametrize("total", ["true", "absent", "list"])
def test_a_window_of_which_only_the_first_pages_are_shown_is_cut_until_they_are_all(tmp_path: Path, total: str) -> None:
    shown = published(per_day=120)
    walked = walk(tmp_path, shown, Unknowns(deepest=1, total=total, cap=20))
    assert (len(walked.listed), walked.unnamed(shown)) == (3 * 120, [])


class TestADescent:
    """The window is ignored."""

    pytestmark = pytest.mark.usefixtures("noon")
    ignored = Unknowns(windows=())
    paged = Unknowns(windows=(), cursor=False)

    def test_the_window_is_asked_for_once_and_the_cursor_leads_to_it(self, tmp_path: Path) -> None:
        walked = walk(tmp_path, published(), self.ignored)
        assert sum("etime" in url for url in walked.asked) == 1
        assert len(walked.asked) == 2 + 3 * PER_DAY // 50 + 1  # the window, the top, and pages by the cursor

    def test_pages_are_sought_and_not_walked(self, tmp_path: Path) -> None:
        shown = [*stories(5000, first=10_000, created=FIRST + (DAYS + 1) * DAY), *published()]
        walked = walk(tmp_path, shown, self.paged)
        assert (walked.reasons, len(walked.listed)) == (set(), 3 * PER_DAY)
        assert len(walked.asked) < 25

    def test_a_list_that_is_not_in_order_proves_nothing(self, tmp_path: Path) -> None:
        shown = published()
        walked = walk(tmp_path, shown, Unknowns(windows=(), cursor=False, order="mixed"))
        assert (walked.unnamed(shown), walked.reasons) == ([], {"order_broken"})

    def test_one_entry_out_of_place_takes_back_what_was_thought_proved(self, tmp_path: Path) -> None:
        shown = list(published())
        late = next(at for at, one in enumerate(shown) if one.created < START + 6 * timedelta(hours=1))
        shown.insert(late, shown.pop(late - 30))
        walked = walk(tmp_path, shown, self.paged)
        assert (len(walked.failed), walked.reasons) == (3, {"order_broken"})

    def test_a_list_that_ends_in_the_window_is_no_proof_of_what_lies_before(self, tmp_path: Path) -> None:
        shown = [one for one in published() if one.created > START + DAY / 2]
        walked = walk(tmp_path, shown, self.ignored)
        assert (len(walked.failed), walked.reasons) == (1, {"list_ends"})

    def test_a_list_that_ends_before_the_window_may_be_late(self, tmp_path: Path) -> None:
        shown = [one for one in published() if one.created < END - DAY / 2]
        walked = walk(tmp_path, shown, self.ignored)
        assert (len(walked.failed), walked.reasons) == (1, {"list_stale"})

    def test_a_window_up_to_now_is_complete(self, tmp_path: Path) -> None:
        now = FIRST + DAYS * DAY + timedelta(hours=1)
        for unknowns in (self.ignored, self.paged):
            assert walk(tmp_path / str(unknowns.cursor), published(), unknowns, until=now).reasons == set()

    @pytest.mark.parametrize("trouble", ["num=50&ctime=", "num=50&page=16"])
    def test_what_was_tried_and_is_not_answered_is_no_loss(self, tmp_path: Path, trouble: str) -> None:
        walked = walk(
            tmp_path, published(), Unknowns(windows=(), cursor="ctime" in trouble, cap=12), trouble=(trouble,)
        )
        assert (walked.reasons, len(walked.listed)) == (set(), 3 * PER_DAY)
        assert any(trouble in url for url in walked.asked)

    def test_a_page_that_fails_on_the_way_fails_what_lies_below(self, tmp_path: Path) -> None:
        shown = published()
        walked = walk(tmp_path, shown, Unknowns(windows=(), cursor=False, cap=20), trouble=("&page=7",))
        assert (walked.unnamed(shown), walked.reasons) == ([], {"http_404"})

    def test_an_empty_list_is_said_so(self, tmp_path: Path) -> None:
        assert walk(tmp_path, [], self.ignored).reasons == {"empty"}


PICKED = (
    Unknowns(),
    Unknowns(windows=(), cap=20),
    Unknowns(windows=(), cursor=False, total="absent"),
    Unknowns(windows=(), cursor=False, deepest=1, beyond="last"),
)


@pytest.mark.parametrize("unknowns", PICKED, ids=name_of)
def test_the_spider_archives_the_window_or_ends_with_a_failed_listing(tmp_path: Path, unknowns: Unknowns) -> None:
    site = RollSite(tmp_path / "site", unknowns=unknowns).add(*published(per_day=12))
    archive = Archive(site, tmp_path / "archive", FIRST + DAYS * DAY, reads=False)
    run = backfill(archive)
    if unknowns.deepest:
        assert (run.status, len(archive.posts())) == (10, 2)  # the end of the window stands on the only page
        assert sum("are not proved complete (paging_bounded)" in line for line in run.log) == 1
    else:
        assert (run.status, len(archive.posts())) == (0, 3 * 12)
        assert backfill(archive).requests == ()


def backfill(archive: Archive) -> Run:
    return archive.run(settings={"DOWNLOAD_HANDLERS": ROLL_HANDLERS}, **WINDOW)
