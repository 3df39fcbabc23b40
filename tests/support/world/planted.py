"""Bugs that are planted to prove that the world finds such: each by a patch of the program."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO, Any
from unittest.mock import patch

from crawler import settings
from crawler.archive import files
from crawler.archive.archive import GONE, REFUSED, Archive
from crawler.archive.catalog import Catalog
from crawler.archive.ledger import Ledger
from crawler.archive.posts import WRITTEN, Posts
from crawler.archive.readings import Readings
from crawler.extensions import run_report
from crawler.extensions.write_manifest import WriteManifest
from crawler.items import Article
from crawler.middlewares.record_captures import RecordCaptures
from crawler.post.post import post_hash
from crawler.run.outcome import OK, Outcome
from crawler.sources import roll_list
from crawler.sources.list_reading import ListReading
from crawler.sources.roll_list import RollList
from crawler.sources.source import Ask

Patches = tuple[tuple[object, str, object], ...]


@dataclass(frozen=True)
class Planted:
    """A bug. ``checks``: those that may find it; ``within``: so many worlds; ``shown_by``: one that did."""

    name: str
    checks: frozenset[str]
    patches: Callable[[], Patches]
    within: int = 25
    shown_by: int = 0

    def seeds(self) -> Iterable[int]:
        """Of these worlds, the one that has found it first."""
        return dict.fromkeys([self.shown_by, *range(self.within)])

    @contextmanager
    def there(self) -> Iterator[None]:
        """The program has it meanwhile."""
        with ExitStack() as stack:
            for owner, name, value in self.patches():
                stack.enter_context(patch.object(owner, name, value))
            yield


def _tombstone_too_early() -> Patches:
    def no_article(archive: Archive, doc_id: str, reason: str, at: Any, entry: Any) -> str:
        if not archive.catalog.known([doc_id]):
            archive.refused(doc_id, reason, at)
            return REFUSED
        with archive.engine.begin() as connection:
            archive.catalog.bury(doc_id, reason, at, connection)
        return GONE

    return ((Archive, "no_article", no_article),)


def _page_skipped() -> Patches:
    ask = RollList._ask

    def skip(source: RollList, reading: ListReading) -> Ask:
        return ask(source, replace(reading, page=reading.page + (reading.page == 2)))

    return ((RollList, "_ask", skip),)


def _last_of_a_page_left_out() -> Patches:
    parse = roll_list.parse

    def shorter(body: bytes, channel: Any) -> Any:
        listing = parse(body, channel)
        return replace(listing, entries=listing.entries[:-1]) if len(listing.entries) > 1 else listing

    return ((roll_list, "parse", shorter),)


def _retry_forgotten() -> Patches:
    failed = Ledger.failed

    def for_good(ledger: Ledger, doc_id: str, reason: str, at: Any, *others: Any, **more: Any) -> None:
        failed(ledger, doc_id, reason, at, *others, **(more | {"for_good": True}))

    return ((Ledger, "failed", for_good),)


def _edit_overwrites() -> Patches:
    return ((Catalog, "keep_post", lambda *_arguments: None),)


def _refused_post_taken_for_written() -> Patches:
    write_all = Posts.write_all

    def careless(posts: Posts, articles: Sequence[Article]) -> list[str | OSError]:
        outcomes = write_all(posts, articles)
        for article, outcome in zip(articles, outcomes, strict=True):
            article.file_hash = "0" * 64 if isinstance(outcome, OSError) else article.file_hash
        return [WRITTEN if isinstance(outcome, OSError) else outcome for outcome in outcomes]

    return ((Posts, "write_all", careless),)


def _catalog_before_post() -> Patches:
    write, archived = Posts.put, Archive.archived
    waiting: list[tuple[Any, ...]] = []

    def put(posts: Posts, path: str, post: bytes, known_hash: str | None, promised_hash: str) -> tuple[str, str]:
        waiting.append((posts, path, post, known_hash, promised_hash))
        return WRITTEN, post_hash(post)

    def first(archive: Archive, articles: Any, at: Any) -> None:
        archived(archive, articles, at)
        while waiting:
            write(*waiting.pop())

    return ((Posts, "put", put), (Archive, "archived", first))


def _no_manifest() -> Patches:
    return ((WriteManifest, "engine_stopped", lambda _extension: None),)


def _lost_flush() -> Patches:
    @contextmanager
    def whole_file(path: Path) -> Iterator[IO[bytes]]:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = files.temporary(path)
        with beside.open("wb") as file:
            yield file
        beside.replace(path)

    return ((files, "whole_file", whole_file),)


def _wrong_date() -> Patches:
    right = Article.date

    def date(article: Article) -> datetime | None:
        moment = right.__get__(article)
        return article.archived_date or (moment and moment + timedelta(hours=8))

    return ((Article, "date", property(date)),)


def _alias_stolen() -> Patches:
    add = Catalog.add_alias

    def to_another(catalog: Catalog, url: str, doc_id: str) -> None:
        add(catalog, f"{url}?", doc_id[:-1] + "9")

    return ((Catalog, "add_alias", to_another),)


def _never_looked_at_again() -> Patches:
    return ((Catalog, "_next", lambda *_arguments: None),)


def _whole_list_each_time() -> Patches:
    return ((Readings, "known", lambda *_arguments: set()),)


def _always_green() -> Patches:
    return ((run_report, "judge", lambda *_arguments: Outcome("ok", OK, "the run did its job")),)


def _impolite() -> Patches:
    return ((settings, "DOWNLOAD_DELAY", 0), (settings, "AUTOTHROTTLE_ENABLED", False))


def _not_captured() -> Patches:
    process = RecordCaptures.process_response

    async def now_and_then(middleware: RecordCaptures, request: Any, response: Any) -> Any:
        if "doc-i" in request.url and len(response.body) % 2:
            return response
        return await process(middleware, request, response)

    return ((RecordCaptures, "process_response", now_and_then),)


_MISSED = frozenset({"missed", "missed at the end", "not tried"})
PLANTED = (
    Planted(
        "a tombstone too early", frozenset({"false tombstone", "early tombstone"}), _tombstone_too_early, shown_by=5
    ),
    Planted("a page is skipped", _MISSED, _page_skipped, shown_by=3),
    Planted("the last entry of a page is left out", _MISSED, _last_of_a_page_left_out),
    Planted("a retry is forgotten", _MISSED, _retry_forgotten, shown_by=3),
    Planted("an edit overwrites the kept text", frozenset({"overwritten", "no text"}), _edit_overwrites),
    Planted(
        "a refused post is taken for written", frozenset({"no text", "untrue text"}), _refused_post_taken_for_written
    ),
    Planted(
        "the catalog knows before the post is there",
        frozenset({"no text", "untrue text", "verify"}),
        _catalog_before_post,
        40,
    ),
    Planted("no manifest", frozenset({"verify"}), _no_manifest),
    Planted(
        "a lost flush", frozenset({"overwritten", "no text", "untrue text", "verify"}), _lost_flush, 40, shown_by=1
    ),
    Planted("a date in another zone", frozenset({"date"}), _wrong_date),
    Planted("an address is another article's", frozenset({"address"}), _alias_stolen),
    Planted(
        "nothing is looked at again", frozenset({"stale text", "no tombstone"}), _never_looked_at_again, shown_by=4
    ),
    Planted("the whole list each time", frozenset({"idle run"}), _whole_list_each_time),
    Planted("a run is always green", frozenset({"green, no list", "green, no page"}), _always_green, shown_by=2),
    Planted("no pause between requests", frozenset({"pace"}), _impolite),
    Planted("not everything is captured", frozenset({"rebuild"}), _not_captured, shown_by=1),
)
