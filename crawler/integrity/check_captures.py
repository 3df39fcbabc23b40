"""Checks WARCs, and the catalog against them: each record is read, each revision's capture looked for."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

import sqlalchemy as sa

from crawler.archive.files import sha256_of
from crawler.integrity.inventory import HeldCapture, Inventory
from crawler.integrity.known import CapturedPlace, addresses_of, captured_places, held_payloads, newest_of
from crawler.integrity.problem import Problem
from crawler.sina.urls import doc_id_of
from crawler.warc.cdxj import IndexedCapture, is_wrong, line_sums, read_index
from crawler.warc.reader import WarcFile
from crawler.warc.scan import Damage
from crawler.warc.urlkey import lookup_key


@dataclass(frozen=True, slots=True)
class WarcPart:
    """Some captures of a WARC that were read; ``next_start`` is where the next ones begin, None where none do.

    ``sha256`` is that of the whole file and stands with its first part: empty if it can't be read, or isn't closed.
    ``lines`` is the line_sums of the captures, ``error`` says why nothing could be read.
    """

    captures: tuple[IndexedCapture, ...] = field(default=(), repr=False)
    damages: tuple[Damage, ...] = ()
    next_start: int | None = None
    run: str = ""
    sha256: str = ""
    lines: int = 0
    error: str = ""


@dataclass(slots=True)
class CheckedWarc:
    """A WARC that is read part by part; ``start`` is where the next one begins, None after the last."""

    file: WarcFile
    start: int | None = 0
    run: str = ""
    sha256: str = ""
    captures: int = 0
    is_unread: bool = False
    _damages: list[Damage] = field(default_factory=list)
    _lines: int = 0
    _error: str = ""

    @property
    def is_read(self) -> bool:
        """Nothing of it is left, or nothing can be read."""
        return self.start is None

    def take(self, part: WarcPart) -> None:
        """The next part of it."""
        self.start, self.run = part.next_start, part.run
        self.sha256 = self.sha256 or part.sha256
        self.captures += len(part.captures)
        self._damages += part.damages
        self._lines += part.lines
        self._error = part.error
        self.is_unread = bool(part.error)

    @property
    def problems(self) -> Iterator[Problem]:
        """What is wrong with it."""
        where = f"captures/{self.file.name}"
        if self._error:
            yield Problem("unreadable", where, self._error)
            return
        for damage in self._damages:
            yield Problem(damage.reason, where, f"at {damage.offset}: {damage.detail}")
        if self.sha256 and is_wrong(self.file, self._damages, self._lines):
            yield Problem("wrong_index", where, "its .cdxj is not what the file holds")


def read_part(warc: WarcFile, start: int, most: int, run: str) -> WarcPart:
    """Up to `most` captures. In a WARC that was not closed, a half record at its end is no damage.

    Fit for another process.
    """
    try:
        is_open = warc.current_path().suffix == ".open"
        index, next_start, run = read_index(warc, start, most, run)
        sha256 = "" if is_open or start else sha256_of(warc.current_path())
    except OSError as error:
        return WarcPart(error=str(error))
    damages = () if is_open else index.damages
    return WarcPart(index.captures, damages, next_start, run, sha256, line_sums(warc, index.captures))


def lost_captures(
    engine: sa.Engine, inventory: Inventory, present: Collection[str], unread: Collection[str]
) -> Iterator[Problem]:
    """What the catalog has in WARCs and isn't there; of those that can't be read nothing is said."""
    for known in captured_places(engine):
        if known.file not in present:
            yield Problem("lost_capture", known.name, f"captures/{known.file} isn't there")
        elif known.file not in unread:
            yield from _faults(engine, known, inventory.capture(known.file, known.offset))


def _faults(engine: sa.Engine, known: CapturedPlace, capture: HeldCapture | None) -> Iterator[Problem]:
    place = f"captures/{known.file} at {known.offset}"
    if capture is None or capture.length != known.length:
        yield Problem("lost_capture", known.name, f"no capture of {known.length} bytes in {place}")
    elif not _shows(engine, capture.url, known):
        yield Problem("wrong_capture", known.name, f"{place} is {capture.url}")
    elif capture.truncated and (not known.doc_id or newest_of(engine, known.doc_id) == known.number):
        what = f"{place} was not received to its end ({capture.truncated}): the post may be cut off"
        yield Problem("truncated_capture", known.name, what)


def _shows(engine: sa.Engine, url: str, known: CapturedPlace) -> bool:
    """Whether what was captured is the article, or the image: by its address, or one that the catalog knows."""
    if known.doc_id and doc_id_of(url) == known.doc_id:
        return True
    own = addresses_of(engine, known.doc_id) if known.doc_id else [known.url]
    return lookup_key(url) in map(lookup_key, own)


def wrong_pages(
    engine: sa.Engine, inventory: Inventory, present: Collection[str], unread: Collection[str]
) -> Iterator[Problem]:
    """Payloads that aren't where the catalog has them, in WARCs that are there."""
    for page in held_payloads(engine):
        if page.file in unread or page.file not in present:
            continue
        time = "".join(filter(str.isdigit, page.date))[:14]
        is_held = inventory.has_payload(page.file, page.url, time, page.digest)
        if not is_held or lookup_key(page.url) != page.page:
            what = f"captures/{page.file} has no such payload of {page.date}"
            yield Problem("wrong_row", f"payloads {page.page}", what)


def lost_payloads(inventory: Inventory) -> Iterator[Problem]:
    """Revisits of payloads that no WARC holds any more."""
    for warc, offset, digest in inventory.lost_payloads():
        yield Problem("lost_payload", f"captures/{warc}", f"at {offset}: {digest} is in no capture")
