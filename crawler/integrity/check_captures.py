"""Checks WARCs, and the catalog against them: each record is read, each revision's capture looked for."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from crawler.archive.files import sha256_of
from crawler.integrity.inventory import Inventory
from crawler.integrity.problem import Problem
from crawler.sina.urls import doc_id_of
from crawler.warc.cdxj import IndexedCapture, is_wrong, make_index
from crawler.warc.reader import WarcFile
from crawler.warc.urlkey import lookup_key


@dataclass(frozen=True, slots=True)
class CapturedPlace:
    """Where the catalog has a capture, and under which URLs it has what was captured.

    ``name`` is ``<doc id>:<number>`` of a revision, as `scrapy coverage --revision` takes it, or the path of an image.
    ``is_newest``: the post shows this revision.
    """

    name: str
    file: str
    offset: int
    length: int
    urls: tuple[str, ...]
    doc_id: str = ""
    is_newest: bool = True


@dataclass(frozen=True, slots=True)
class HeldPayload:
    """Where the catalog has the newest payload of a page: a row of ``payloads``."""

    page: str
    digest: str
    url: str
    date: str


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


def check_warc(warc: WarcFile, places: Sequence[CapturedPlace], pages: Sequence[HeldPayload] = ()) -> CheckedWarc:
    """Reads a whole WARC. In one that was not closed, a half record at its end is no damage.

    Fit for another process.
    """
    where = f"captures/{warc.name}"
    try:
        path = warc.current_path()
        is_open = path.suffix == ".open"
        index, sha256 = make_index(warc), "" if is_open else sha256_of(path)
        wrong_index = not is_open and is_wrong(warc, index)
    except OSError as error:
        return CheckedWarc(warc.name, warc.path, problems=(Problem("unreadable", where, str(error)),))
    problems = [] if is_open else [
        Problem(damage.reason, where, f"at {damage.offset}: {damage.detail}") for damage in index.damages
    ]  # fmt: skip
    if wrong_index:
        problems.append(Problem("wrong_index", f"captures/{warc.name}", "its .cdxj is not what the file holds"))
    problems += [*_lost_captures(places, index.captures), *_wrong_pages(warc.name, pages, index.captures)]
    return CheckedWarc(
        warc.name,
        warc.path,
        sha256,
        len(index.captures),
        tuple(problems),
        frozenset(capture.digest for capture in index.captures if not capture.is_revisit),
        tuple((capture.offset, capture.digest) for capture in index.captures if capture.is_revisit),
    )


def lost_payloads(inventory: Inventory) -> Iterator[Problem]:
    """Revisits of payloads that no WARC holds any more."""
    for where, offset, digest in inventory.lost_payloads():
        yield Problem("lost_payload", where, f"at {offset}: {digest} is in no capture")


def _lost_captures(places: Sequence[CapturedPlace], captures: Sequence[IndexedCapture]) -> Iterator[Problem]:
    by_offset = {capture.offset: capture for capture in captures}
    for known in places:
        place = f"captures/{known.file} at {known.offset}"
        capture = by_offset.get(known.offset)
        if capture is None or capture.length != known.length:
            yield Problem("lost_capture", known.name, f"no capture of {known.length} bytes in {place}")
        elif not _shows(capture.url, known):
            yield Problem("wrong_capture", known.name, f"{place} is {capture.url}")
        elif capture.truncated and known.is_newest:
            what = f"{place} was not received to its end ({capture.truncated}): the post may be cut off"
            yield Problem("truncated_capture", known.name, what)


def _wrong_pages(name: str, pages: Sequence[HeldPayload], captures: Sequence[IndexedCapture]) -> Iterator[Problem]:
    held = {(capture.url, capture.time, capture.digest) for capture in captures if not capture.is_revisit}
    for page in pages:
        time = "".join(filter(str.isdigit, page.date))[:14]
        if (page.url, time, page.digest) not in held or lookup_key(page.url) != page.page:
            yield Problem("wrong_row", f"payloads {page.page}", f"captures/{name} has no such payload of {page.date}")


def _shows(url: str, known: CapturedPlace) -> bool:
    if lookup_key(url) in {lookup_key(own) for own in known.urls}:
        return True
    return bool(known.doc_id) and doc_id_of(url) == known.doc_id
