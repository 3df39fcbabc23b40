"""Captures against themselves and the catalog: each record read, each revision's capture looked for."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from crawler.archive.files import sha256_of
from crawler.integrity.problem import Problem
from crawler.sina.urls import NotAnArticle, identify
from crawler.warc.cdxj import IndexedCapture, make_index
from crawler.warc.reader import WarcFile
from crawler.warc.urlkey import lookup_key


@dataclass(frozen=True, slots=True)
class CapturedRevision:
    """Where the catalog has the capture of a revision, and under which URLs it has the article."""

    doc_id: str
    number: int
    file: str
    offset: int
    length: int
    urls: tuple[str, ...]

    @property
    def name(self) -> str:
        """``<doc id>:<number>``, as `scrapy coverage --revision` takes it."""
        return f"{self.doc_id}:{self.number}"


@dataclass(frozen=True, slots=True)
class CheckedCapture:
    """A WARC that was read: what is wrong, which payloads it holds, and which it refers to, by offset.

    ``file`` is where it is when it is closed; ``sha256`` empty if it could not be read, or isn't closed.
    """

    name: str
    file: Path
    sha256: str = ""
    captures: int = 0
    problems: tuple[Problem, ...] = ()
    payloads: frozenset[str] = field(default=frozenset(), repr=False)
    referred: tuple[tuple[int, str], ...] = field(default=(), repr=False)


def check_capture(warc: WarcFile, revisions: Sequence[CapturedRevision]) -> CheckedCapture:
    """Reads a whole WARC. In one that was not closed, a half record at its end is no damage.

    Fit for another process.
    """
    where = f"captures/{warc.name}"
    try:
        path = warc.found()
        is_open = path.suffix == ".open"
        index, sha256 = make_index(warc), "" if is_open else sha256_of(path)
    except OSError as error:
        return CheckedCapture(warc.name, warc.path, problems=(Problem("unreadable", where, str(error)),))
    problems = [] if is_open else [
        Problem(damage.reason, where, f"at {damage.offset}: {damage.detail}") for damage in index.damages
    ]  # fmt: skip
    problems += _lost(revisions, index.entries)
    return CheckedCapture(
        warc.name,
        warc.path,
        sha256,
        len(index.entries),
        tuple(problems),
        frozenset(entry.digest for entry in index.entries if not entry.is_revisit),
        tuple((entry.offset, entry.digest) for entry in index.entries if entry.is_revisit),
    )


def lost_payloads(checked: Iterable[CheckedCapture]) -> Iterator[Problem]:
    """Revisits of payloads that no WARC holds any more."""
    found = list(checked)
    held = frozenset().union(*(one.payloads for one in found))
    for one in found:
        for offset, digest in one.referred:
            if digest not in held:
                yield Problem("lost_payload", f"captures/{one.name}", f"at {offset}: {digest} is in no capture")


def _lost(revisions: Sequence[CapturedRevision], entries: Sequence[IndexedCapture]) -> Iterator[Problem]:
    by_offset = {entry.offset: entry for entry in entries}
    for revision in revisions:
        place = f"captures/{revision.file} at {revision.offset}"
        entry = by_offset.get(revision.offset)
        if entry is None or entry.length != revision.length:
            yield Problem("lost_capture", revision.name, f"no capture of {revision.length} bytes in {place}")
        elif not _is_of(entry.url, revision):
            yield Problem("wrong_capture", revision.name, f"{place} is {entry.url}")


def _is_of(url: str, revision: CapturedRevision) -> bool:
    if lookup_key(url) in {lookup_key(known) for known in revision.urls}:
        return True
    try:
        return identify(url).doc_id == revision.doc_id
    except NotAnArticle:
        return False
