"""Checks WARCs, and the catalog against them: each record is read, each revision's capture looked for."""

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
class CheckedWarc:
    """A WARC that was read: what is wrong, the digests of the payloads it holds, and of those its revisits need.

    ``file`` is where it is when it is closed; ``sha256`` is empty if it could not be read, or isn't closed;
    ``revisits`` are offsets and digests.
    """

    name: str
    file: Path
    sha256: str = ""
    captures: int = 0
    problems: tuple[Problem, ...] = ()
    payloads: frozenset[str] = field(default=frozenset(), repr=False)
    revisits: tuple[tuple[int, str], ...] = field(default=(), repr=False)


def check_warc(warc: WarcFile, revisions: Sequence[CapturedRevision]) -> CheckedWarc:
    """Reads a whole WARC. In one that was not closed, a half record at its end is no damage.

    Fit for another process.
    """
    where = f"captures/{warc.name}"
    try:
        path = warc.current_path()
        is_open = path.suffix == ".open"
        index, sha256 = make_index(warc), "" if is_open else sha256_of(path)
    except OSError as error:
        return CheckedWarc(warc.name, warc.path, problems=(Problem("unreadable", where, str(error)),))
    problems = [] if is_open else [
        Problem(damage.reason, where, f"at {damage.offset}: {damage.detail}") for damage in index.damages
    ]  # fmt: skip
    problems += _lost_captures(revisions, index.captures)
    return CheckedWarc(
        warc.name,
        warc.path,
        sha256,
        len(index.captures),
        tuple(problems),
        frozenset(capture.digest for capture in index.captures if not capture.is_revisit),
        tuple((capture.offset, capture.digest) for capture in index.captures if capture.is_revisit),
    )


def lost_payloads(checked: Iterable[CheckedWarc]) -> Iterator[Problem]:
    """Revisits of payloads that no WARC holds any more."""
    warcs = list(checked)
    held = frozenset().union(*(warc.payloads for warc in warcs))
    for warc in warcs:
        for offset, digest in warc.revisits:
            if digest not in held:
                yield Problem("lost_payload", f"captures/{warc.name}", f"at {offset}: {digest} is in no capture")


def _lost_captures(revisions: Sequence[CapturedRevision], captures: Sequence[IndexedCapture]) -> Iterator[Problem]:
    by_offset = {capture.offset: capture for capture in captures}
    for revision in revisions:
        place = f"captures/{revision.file} at {revision.offset}"
        capture = by_offset.get(revision.offset)
        if capture is None or capture.length != revision.length:
            yield Problem("lost_capture", revision.name, f"no capture of {revision.length} bytes in {place}")
        elif not _shows(capture.url, revision):
            yield Problem("wrong_capture", revision.name, f"{place} is {capture.url}")
        elif capture.truncated:
            what = f"{place} was not received to its end ({capture.truncated}), and the text may be cut off"
            yield Problem("truncated_capture", revision.name, what)


def _shows(url: str, revision: CapturedRevision) -> bool:
    if lookup_key(url) in {lookup_key(known) for known in revision.urls}:
        return True
    try:
        return identify(url).doc_id == revision.doc_id
    except NotAnArticle:
        return False
