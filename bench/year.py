"""A simulated year: Sina's lists and pages day by day, with all that goes wrong, and the archive run on them.

    python -m bench.year [--days 365] [--seed 1] [--folder FOLDER]

Every day brings new articles, edits, edits of the boilerplate only, deletions, late arrivals, reprints,
pages that don't come at first or never do, days without a readable list, and articles that only a
window of time shows; every week a backfill, some answers of which are short for a while or for good.
After the crawl of each day the same crawl runs again. What a run may ask for is known beforehand and
is checked each time; what is missing at the end must be what was planted, and nothing else.
"""

import argparse
import asyncio
import json
import random
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from crawler.run.worker_pool import WorkerPool
from crawler.sina.channels import Channel, find_channels
from crawler.sina.roll_api import PAGE_SIZE, listing_url, window_url
from crawler.times import BEIJING, iso
from tests.support import runner
from tests.support.archives import Archive
from tests.support.reading import read_here
from tests.support.sites import GONE, Site, Story, answer, save_page, story

CHANNELS = tuple(find_channels("1686,1687"))
BOTH = tuple(channel.lid for channel in CHANNELS)
FIRST_DAY = datetime(2023, 1, 1, tzinfo=BEIJING)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
LOOKED_AT = 8  # days after which a change is found, however deep in the list its article stands
OUTAGES = ("<html>busy</html>", None, '{"result": {"status": {"code": 11}}}', answer([]))


@dataclass
class World:
    """Sina, at the end of a day. What it plants, it remembers."""

    site: Site
    chance: random.Random
    day: int = 0
    hidden: dict[str, Story] = field(default_factory=dict)  # published, and in no list: late, or only in windows
    later: dict[int, list[tuple[str, str]]] = field(default_factory=dict)  # day -> what happens to which article
    broken: set[str] = field(default_factory=set)  # their pages never come
    absent: set[str] = field(default_factory=set)  # their pages are not there now
    refused: set[str] = field(default_factory=set)
    changed: dict[str, int] = field(default_factory=dict)  # doc id -> the day of its newest change
    short: dict[tuple[str, datetime], int] = field(default_factory=dict)  # slice -> until which day it is short
    planted: Counter[str] = field(default_factory=Counter)

    @property
    def midnight(self) -> datetime:
        return FIRST_DAY + self.day * DAY

    def live(self) -> None:
        """One day."""
        self.day += 1
        for what, doc_id in self.later.pop(self.day, []):
            getattr(self, f"_{what}")(doc_id)
        for number in range(self._how_many()):
            self._publish(self.day * 1000 + number)
        self._save_lists()

    def _how_many(self) -> int:
        if self.day % 10 == 6:
            return self.chance.choice([49, 50, 51, 120])
        return self.chance.randint(0, 3) if self.day % 7 in (0, 6) else self.chance.randint(6, 16)

    def _publish(self, number: int) -> None:
        channels = self.chance.choice([BOTH, BOTH[:1], BOTH[:1], BOTH[1:]])
        created = self.midnight + timedelta(seconds=self.chance.randrange(82_800))
        new = story(number, created=created, channels=channels)
        if self.chance.random() < 0.03 and self.site.stories:
            self.planted["reprints"] += 1
            original = self.chance.choice(list(self.site.stories.values()))
            new = replace(new, paragraphs=("来源：海岑日报。", *original.paragraphs))
        fate = self.chance.random()
        if number % 9000 == 4000:
            self._plant("pages that never come", new, listed=True)
            self.broken.add(new.doc_id)
            self.absent.add(new.doc_id)
        elif fate < 0.02:
            self._plant("pages that come a day late", new, listed=True, then=("appear", 1))
            self.absent.add(new.doc_id)
        elif fate < 0.03:
            self._plant("pages that are no article", new, listed=True)
            self.refused.add(new.doc_id)
        elif fate < 0.06:
            self._plant("late arrivals", new, listed=False, then=("arrive", 1))
        elif fate < 0.08:
            self._plant("articles that only a window shows", new, listed=False)
        elif fate < 0.18:
            self._plant("edits", new, listed=True, then=("edit", self.chance.randint(1, 3)))
        elif fate < 0.23:
            self._plant("edits of the furniture", new, listed=True, then=("decorate", self.chance.randint(1, 3)))
        elif fate < 0.26:
            self._plant("deletions", new, listed=True, then=("delete", self.chance.randint(1, 5)))
        else:
            self._plant("articles left alone", new, listed=True)
        self._save(new)

    def _plant(self, what: str, new: Story, listed: bool, then: tuple[str, int] | None = None) -> None:
        self.planted[what] += 1
        (self.site.stories if listed else self.hidden)[new.doc_id] = new
        if then:
            self.later.setdefault(self.day + then[1], []).append((then[0], new.doc_id))

    def _appear(self, doc_id: str) -> None:
        self.absent.discard(doc_id)
        self._save(self.site.stories[doc_id])

    def _arrive(self, doc_id: str) -> None:
        self.site.stories[doc_id] = self.hidden.pop(doc_id)

    def _edit(self, doc_id: str) -> None:
        old = self.site.stories[doc_id]
        self._change(replace(old.edited(f"第{self.day}天改过的一段，{doc_id}。"), modified=self.midnight + HOUR))

    def _decorate(self, doc_id: str) -> None:
        self._change(replace(self.site.stories[doc_id], boilerplate="另一种", modified=self.midnight + HOUR))

    def _change(self, new: Story) -> None:
        self.changed[new.doc_id] = self.day
        self.site.stories[new.doc_id] = new
        self._save(new)

    def _delete(self, doc_id: str) -> None:
        self.absent.add(doc_id)
        published = (self.site.stories[doc_id].created - FIRST_DAY).days
        if is_outage(published) and published == self.day - 1:
            self.planted["deletions before any run could list the article"] += 1
            self.broken.add(doc_id)
        self._change(replace(self.site.stories[doc_id], modified=self.midnight + HOUR))

    def _save(self, article: Story) -> None:
        if article.doc_id in self.absent:
            (self.site.folder / article.url.partition("://")[2]).unlink(missing_ok=True)
        else:
            save_page(self.site.folder, article.url, GONE if article.doc_id in self.refused else article.page())

    def _save_lists(self) -> None:
        for channel in CHANNELS:
            for url, text in self.site.lists(channel).items():
                save_page(self.site.folder, url, text)

    def break_lists(self) -> None:
        """An outage: no channel's first page is a list."""
        text = OUTAGES[self.day // 7 % len(OUTAGES)]
        self.planted["days without a list"] += 1
        for channel in CHANNELS:
            path = self.site.folder / listing_url(channel, 1).partition("://")[2]
            path.unlink() if text is None else path.write_text(text, encoding="utf-8")

    def save_windows(self, days: range) -> None:
        """The answers for each of some days; of a short one, all but the last entry."""
        for channel in CHANNELS:
            for number in days:
                start = FIRST_DAY + number * DAY
                of_day = [article for article in self._published(channel) if start <= article.created < start + DAY]
                total = len(of_day)
                if self.short.get((channel.lid, start), -1) >= self.day:
                    of_day = of_day[:-1]
                for page, at in enumerate(range(0, total + PAGE_SIZE, PAGE_SIZE), start=1):
                    url = window_url(channel, page, start, start + DAY)
                    save_page(self.site.folder, url, answer(of_day[at : at + PAGE_SIZE], total))

    def shorten(self, number: int, until: int) -> None:
        """Makes a day's slice of the first channel short, if there is anything in it to leave out."""
        start = FIRST_DAY + number * DAY
        if any(start <= article.created < start + DAY for article in self._published(CHANNELS[0])):
            self.short[CHANNELS[0].lid, start] = until
            self.planted["short answers for good" if until > 10_000 else "short answers for a week"] += 1

    def still(self, what: str) -> set[str]:
        """The articles to which this has yet to happen."""
        return {doc_id for events in self.later.values() for happens, doc_id in events if happens == what}

    def unlisted(self) -> set[str]:
        """The articles that no run could list yet, for today is an outage."""
        today = (article for article in self.site.stories.values() if article.created >= self.midnight)
        return {article.doc_id for article in today} if is_outage(self.day) else set()

    def gaps(self) -> set[tuple[str, str]]:
        """Channel and day of all that is listed and could not be had."""
        lost = [self.site.stories[doc_id] for doc_id in (self.broken | self.still("appear")) - self.unlisted()]
        return {(lid, f"{article.created:%Y-%m-%d}") for article in lost for lid in article.channels}

    def _published(self, channel: Channel) -> list[Story]:
        """Newest first, those in no list too, but for what is only late."""
        late = self.still("arrive")
        unlisted = [article for article in self.hidden.values() if article.doc_id not in late]
        published = [*self.site.stories.values(), *unlisted]
        of_channel = (article for article in published if channel.lid in article.channels)
        return sorted(of_channel, key=lambda article: (article.created, article.doc_id), reverse=True)


def is_outage(day: int) -> bool:
    """No list can be read that day."""
    return day % 7 == 5


class Wrong(AssertionError):
    """The archive did what it must not."""


class Simulation:
    """Runs the archive on the world and checks each run against what it may ask for."""

    def __init__(self, folder: Path, seed: int) -> None:
        site = Site(folder / "site", channels=CHANNELS, depth=12)
        site.save()
        self.world = World(site, random.Random(seed))
        self.archive = Archive(site, folder / "archive")
        self.read: dict[str, set[str]] = {channel.lid: set() for channel in CHANNELS}
        self.counts: Counter[str] = Counter()

    async def day(self) -> None:
        """A day's runs."""
        world = self.world
        world.live()
        outage = is_outage(world.day)
        if outage:
            world.break_lists()
        now = world.midnight + 23 * HOUR
        twice = await self._daily(now, outage)
        await self._idle(now + timedelta(minutes=1), outage, twice)
        if world.day % 7 == 0:
            await self._weekly(now + timedelta(minutes=2))

    async def _daily(self, at: datetime, outage: bool) -> set[str]:
        """Returns what the next run may ask for once more: it was asked for before the list said that it changed."""
        due, pages = self._due(at), {channel.lid: 1 for channel in CHANNELS}
        moved = {article.url for article in self.world.site.stories.values() if self._has_moved(article)}
        expected = set(due)
        twice: set[str] = set()
        for channel in CHANNELS if not outage else ():
            pages[channel.lid], wanted = self._walk(channel, at)
            expected |= wanted
            twice |= wanted & due & moved
        status, asked = await self._run(at, {"channels": ",".join(BOTH)})
        self._must(status == (10 if outage else 0), f"exit status {status}")
        self._check_listings(asked, pages)
        self._check_articles(asked, expected)
        self.counts["daily runs"] += 1
        self.counts["articles asked for by daily runs"] += len(expected)
        return twice

    def _walk(self, channel: Channel, at: datetime) -> tuple[int, set[str]]:
        """How many pages the channel's list takes, and which articles on them are to be fetched."""
        wanted: set[str] = set()
        listed = self.world.site.listed(channel)
        new = {article.doc_id for article in listed} - self.read[channel.lid]
        pages = 0
        for start in range(0, len(listed) + PAGE_SIZE, PAGE_SIZE):
            page = listed[start : start + PAGE_SIZE]
            pages += 1
            wanted |= {article.url for article in page if self._is_wanted(article, at)}
            if not new & {article.doc_id for article in page} and self._is_deep_enough(page, at):
                break
            self.read[channel.lid] |= {article.doc_id for article in page}
        return pages, wanted

    def _is_deep_enough(self, page: list[Story], at: datetime) -> bool:
        """A daily run reads on through a week of ctimes, though nothing is new: late arrivals stand there."""
        return not page or page[0].created < at - 7 * DAY

    def _has_moved(self, article: Story) -> bool:
        """The list shows a newer mtime than it did."""
        if article.modified is None:
            return False
        query = "SELECT 1 FROM entries WHERE doc_id = ? AND modified_at < ?"
        return bool(self._rows(query, article.doc_id, iso(article.modified)))

    def _is_wanted(self, article: Story, at: datetime) -> bool:
        held = self._rows("SELECT modified_at FROM articles WHERE doc_id = ?", article.doc_id)
        if held:
            return iso(article.modified or article.created) > (held[0][0] or "")
        known = self._rows("SELECT next_try_at, reason FROM entries WHERE doc_id = ?", article.doc_id)
        return not known or known[0][1] is None or bool(known[0][0] and known[0][0] <= iso(at))

    def _due(self, at: datetime) -> set[str]:
        """What earlier runs left to do by now: retries, and second looks."""
        if not (self.archive.folder / "catalog.db").exists():
            return set()
        settled = "SELECT 1 FROM articles WHERE doc_id = entries.doc_id AND modified_at >= entries.modified_at"
        retries = self._rows(f"SELECT url FROM entries WHERE next_try_at <= ? AND NOT EXISTS ({settled})", iso(at))
        looks = self._rows("SELECT url FROM articles WHERE next_check_at <= ?", iso(at))
        return {url for (url,) in retries + looks}

    async def _idle(self, at: datetime, outage: bool, twice: set[str]) -> None:
        status, asked = await self._run(at, {"channels": ",".join(BOTH)})
        self._must(status == (10 if outage else 0), f"exit status {status}")
        self._check_listings(asked, {channel.lid: 1 for channel in CHANNELS})
        again = {url for url in asked if "/api/roll/" not in url}
        self._must(again <= twice, f"an idle run asked for {again - twice}")
        self.counts["articles asked for by idle runs"] += len(again)
        self.counts["idle runs"] += 1

    async def _weekly(self, at: datetime) -> None:
        """A backfill of two weeks; what the one before could not complete, it takes up."""
        world = self.world
        days = range(max(world.day - 13, 1), world.day + 1)
        world.shorten(world.day - 1, until=world.day)
        if world.day % 14 == 0:
            world.shorten(world.day - 2, until=10**6)
        world.save_windows(days)
        arguments = {"since": f"{FIRST_DAY + days[0] * DAY:%Y-%m-%d}", "until": f"{world.midnight:%Y-%m-%d}"}
        status, asked = await self._run(at, arguments | {"channels": ",".join(BOTH)})
        failing = any(
            until >= world.day and start >= FIRST_DAY + days[0] * DAY for (_, start), until in world.short.items()
        )
        self._must(status == (10 if failing else 0), f"exit status {status} of a backfill")
        self._must(len(asked) == len(set(asked)), "a backfill asked for something twice")
        self.counts["backfills"] += 1

    async def _run(self, at: datetime, arguments: dict[str, str]) -> tuple[int, list[str]]:
        log = self.archive.site.folder / "requests.log"
        log.unlink(missing_ok=True)
        result = await runner.crawl(self.archive.settings(), arguments, at)
        asked = [line.split()[0] for line in log.read_text(encoding="utf-8").splitlines()] if log.exists() else []
        self.counts["requests"] += len(asked)
        self.counts["listing requests"] += sum("/api/roll/" in url for url in asked)
        return result.status, asked

    def _check_listings(self, asked: list[str], pages: dict[str, int]) -> None:
        for channel in CHANNELS:
            got = sum(f"lid={channel.lid}&" in url for url in asked)
            self._must(got == pages[channel.lid], f"{got} listing pages of {channel.lid}, not {pages[channel.lid]}")

    def _check_articles(self, asked: list[str], expected: set[str]) -> None:
        articles = [url for url in asked if "/api/roll/" not in url and "/roll/c/" not in url]
        self._must(len(articles) == len(set(articles)), "an article was asked for twice")
        self._must(
            set(articles) == expected, f"asked for {set(articles) - expected}, not for {expected - set(articles)}"
        )

    def check_the_end(self) -> None:
        """The ledger names what was planted, and nothing else; everything else is there, and right."""
        world = self.world
        coverage = self._coverage()
        gaps = {(day["channel"], day["day"]) for day in coverage["days"] if day["is_gap"]}
        self._must(gaps == world.gaps(), f"gaps: {sorted(gaps ^ world.gaps())}")
        starts = [(part["channel"], datetime.fromisoformat(part["start"])) for part in coverage["failed_slices"]]
        failed = {(lid, iso(start.astimezone(BEIJING).replace(hour=0))) for lid, start in starts}  # halves of a day too
        backfilled = FIRST_DAY + (world.day // 7 * 7) * DAY
        short = {
            (lid, iso(start))
            for (lid, start), until in world.short.items()
            if start <= backfilled and until >= world.day // 7 * 7
        }
        self._must(failed == short, f"failed slices: {sorted(failed ^ short)}")
        posts = self.archive.posts()
        there = world.site.stories.keys() - world.broken - world.refused - world.still("appear") - world.unlisted()
        self._must(there <= posts.keys(), f"missing: {sorted(there - posts.keys())[:5]}")
        self._must(not posts.keys() - there - world.hidden.keys(), "more posts than articles")
        deleted = world.absent & there
        recent = {doc_id for doc_id, day in world.changed.items() if day > world.day - LOOKED_AT}
        stale = {doc_id for doc_id in there - deleted if world.site.stories[doc_id].paragraphs[0] not in posts[doc_id]}
        self._must(stale <= recent, f"not the newest text: {sorted(stale - recent)[:5]}")
        gone = {doc_id for (doc_id,) in self._rows("SELECT doc_id FROM articles WHERE gone IS NOT NULL")}
        self._must(gone <= deleted, f"tombstones of what is there: {sorted(gone - deleted)[:5]}")
        self._must(deleted - gone <= recent, f"no tombstones: {sorted(deleted - gone - recent)[:5]}")
        self.counts["posts"] = len(posts)
        self.counts["revisions"] = self._rows("SELECT count(*) FROM revisions WHERE number > 1 AND gone IS NULL")[0][0]
        self.counts["tombstones"] = len(gone)
        self.counts["linked reprints"] = self._rows("SELECT count(*) FROM articles WHERE duplicate_of IS NOT NULL")[0][
            0
        ]
        self.counts["days with a gap"] = len(gaps)
        self.counts["slices not complete"] = len(failed)

    def _coverage(self) -> dict[str, Any]:
        command = [sys.executable, "-m", "scrapy", "coverage", "--json", "-s", f"ARCHIVE_DIR={self.archive.folder}"]
        done = subprocess.run(command, capture_output=True, text=True)
        coverage: dict[str, Any] = json.loads(done.stdout)
        gaps = bool(coverage["failed_slices"]) or any(day["is_gap"] for day in coverage["days"])
        self._must(done.returncode == int(gaps), f"scrapy coverage exits {done.returncode}")
        return coverage

    def _rows(self, query: str, *parameters: str) -> list[tuple[Any, ...]]:
        if not (self.archive.folder / "catalog.db").exists():
            return []
        with closing(sqlite3.connect(self.archive.folder / "catalog.db")) as catalog:
            return catalog.execute(query, parameters).fetchall()

    def _must(self, good: bool, otherwise: str) -> None:
        if not good:
            raise Wrong(f"day {self.world.day} ({self.world.midnight:%Y-%m-%d}): {otherwise}")


async def simulate(days: int, seed: int, folder: Path) -> Simulation:
    """The days, one after the other; raises Wrong where the archive goes wrong."""
    WorkerPool.run = read_here  # type: ignore[method-assign, assignment]  # the runs are many, and short
    simulation = Simulation(folder, seed)
    for number in range(1, days + 1):
        await simulation.day()
        if number % 30 == 0:
            print(f"{number} days, {simulation.counts['requests']} requests", flush=True)
    simulation.check_the_end()
    return simulation


def main() -> None:
    """The command line."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--days", type=int, default=365)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--folder", type=Path, help="kept afterwards; else a temporary one is used")
    given = arguments.parse_args()
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as temporary:
        folder = given.folder or Path(temporary)
        simulation = asyncio.run(simulate(given.days, given.seed, folder))
    print(f"{given.days} days in {time.monotonic() - started:.0f} s; nothing is missing but what was planted")
    for title, counts in (("planted", simulation.world.planted), ("done", simulation.counts)):
        print(f"{title}:")
        for name, count in sorted(counts.items()):
            print(f"  {count:6} {name}")


if __name__ == "__main__":
    main()
