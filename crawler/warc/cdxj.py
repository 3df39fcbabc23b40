"""The index of a WARC: one CDXJ line for each captured response, kept beside the file.

``<surt> <14-digit time> {"url": …, "status": …, "digest": …, "offset": …, "length": …, "filename": …}``,
sorted, as pywb and others read it. Its first line says for which size and time of the file it stands,
and what is damaged in it.
"""

import hashlib
import json
import logging
import math
import re
from base64 import b32encode
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

from crawler.archive.files import open_regular, put_in_place, read_regular
from crawler.warc.reader import WarcFile, WarcRecord
from crawler.warc.scan import Damage
from crawler.warc.truncation import cut_in_encoding
from crawler.warc.urlkey import urlkey

logger = logging.getLogger(__name__)
_VERSION = 3
_RUN = re.compile(rb"^isPartOf: (\d{8}T\d{6}Z-\S+?)\r?$", re.MULTILINE)  # as ours are named
CAPTURE_TYPES = ("response", "revisit", "resource")


@dataclass(frozen=True, slots=True)
class IndexedCapture:
    """A captured response: `file` is its WARC's name, `offset` and `length` are bytes, ``redirect`` is its Location.

    ``same_as`` is, for a revisit, the URL and time (14 digits) of the capture with the same payload.
    ``truncated`` says why the response is not whole, in a word of WARC-Truncated. ``source`` is where it was
    fetched instead of from its own server, as in WARC-Source-URI. ``other_run`` is the run that appended it, where
    that is not the one that the file is named by.
    """

    url: str
    time: str
    status: int
    mime: str
    digest: str
    file: str
    offset: int
    length: int
    redirect: str = ""
    same_as: tuple[str, str] | None = None
    truncated: str = ""
    source: str = ""
    other_run: str = ""

    @property
    def run(self) -> str:
        """The name of the run that captured it; of another's capture what its file is called before the number."""
        return self.other_run or self.file.rpartition("-")[0]

    @property
    def is_revisit(self) -> bool:
        """True if its payload stands in another record."""
        return self.mime == "warc/revisit"

    @property
    def at(self) -> datetime:
        """Its time, aware."""
        return datetime.strptime(self.time, "%Y%m%d%H%M%S").replace(tzinfo=UTC)

    def line(self, filename: str, **more: str) -> str:
        """The CDXJ line; `filename` is the WARC's name in it, `more` are fields that only this line has."""
        fields: dict[str, Any] = {"url": self.url, "mime": self.mime, "status": str(self.status)}
        fields |= {"digest": self.digest, "length": str(self.length), "offset": str(self.offset)}
        fields |= {"filename": filename}
        if self.redirect:
            fields["redirect"] = self.redirect
        if self.same_as:
            fields["same_as"] = self.same_as
        if self.truncated:
            fields["truncated"] = self.truncated
        if self.source:
            fields["source"] = self.source
        if self.other_run:
            fields["run"] = self.other_run
        return f"{urlkey(self.url)} {self.time} {json.dumps(fields | more, ensure_ascii=False)}\n"

    @classmethod
    def of_line(cls, line: str, file: str) -> "IndexedCapture":
        """The capture of a CDXJ line in the index of `file`. Raises ValueError or KeyError for another text."""
        _, time, text = line.split(" ", 2)
        fields = json.loads(text)
        same_as = tuple(fields["same_as"]) if "same_as" in fields else None
        return cls(
            fields["url"], time, int(fields["status"]), fields["mime"], fields["digest"], file, int(fields["offset"]),
            int(fields["length"]), fields.get("redirect", ""), same_as,
            fields.get("truncated", ""), fields.get("source", ""), fields.get("run", ""),
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Index:
    """The captures of a WARC, in the file's order, and what is damaged in it."""

    captures: tuple[IndexedCapture, ...]
    damages: tuple[Damage, ...]


def index_of(warc: WarcFile) -> Index:
    """The index kept beside the WARC, or if that isn't up to date one made now, and kept if the folder allows it."""
    path = warc.current_path()
    stamp, beside = _stamp(warc)
    stored = _load(beside, stamp, warc.name)
    if stored:
        return stored
    index = make_index(warc)
    if path.suffix != ".open":
        try:
            put_in_place(beside, _dump(index, stamp, warc).encode())
        except OSError as error:
            logger.info("index kept in memory only: %s: %s", beside, error)
    return index


def is_wrong(warc: WarcFile, damages: Sequence[Damage], lines: int) -> bool:
    """True for an index beside a WARC that says it stands for the file as it is, and isn't that of these.

    `lines`: the sum of the line_sums of all captures. One of another size or time is made anew when it is wanted.
    """
    stamp, beside = _stamp(warc)
    try:
        with open_regular(beside) as file:
            meta = json.loads(file.readline().removeprefix(b"!meta "))
            if {name: meta.get(name) for name in stamp} != stamp:
                return False
            is_sorted = all(line <= following for line, following in pairwise(file))
            file.seek(0)
            file.readline()
            return bool(not is_sorted or meta["damages"] != [asdict(each) for each in damages] or _sum(file) != lines)
    except FileNotFoundError:
        return False
    except (OSError, ValueError, AttributeError, KeyError):
        return True


def line_sums(warc: WarcFile, captures: Iterable[IndexedCapture]) -> int:
    """What the lines of captures add up to in an index, in whatever order they come."""
    return _sum(capture.line(_filename(warc)).encode() for capture in captures)


def _sum(lines: Iterable[bytes]) -> int:
    """That no two sets of lines have alike."""
    return sum(int.from_bytes(hashlib.blake2b(line).digest()) for line in lines)


def _stamp(warc: WarcFile) -> tuple[dict[str, int], Path]:
    """What an index of the file as it is says of itself, and where it stands."""
    path = warc.current_path()
    stamp = {"version": _VERSION, "size": path.stat().st_size, "mtime_ns": path.stat().st_mtime_ns}
    return stamp, path.with_name(f"{path.name}{'.' + Path(warc.name).name if warc.size is not None else ''}.cdxj")


def make_index(warc: WarcFile) -> Index:
    """An index made by reading the whole WARC."""
    return read_index(warc)[0]


def read_index(warc: WarcFile, start: int = 0, most: float = math.inf, run: str = "") -> tuple[Index, int | None, str]:
    """The index of a part of a WARC, with `most` captures; where the next part begins, None where none does; its run.

    `run`: that to which the captures belong before another is named, if the file is named by another.
    """
    captures: list[IndexedCapture] = []
    damages: list[Damage] = []
    for record in warc.records(start):
        if isinstance(record, Damage):
            damages.append(record)
        elif record.type == "warcinfo":
            named = _RUN.search(record.payload)
            run = named[1].decode() if named else ""
            run = "" if Path(warc.name).name.startswith(f"{run}-") else run
        elif record.type in CAPTURE_TYPES and record.url.startswith(("http://", "https://")):
            if len(captures) >= most:
                return Index(tuple(captures), tuple(damages)), record.offset, run
            try:
                fault = _fault(record)
                if fault in (None, "no_digest"):
                    captures.append(_indexed(record, warc.name, run))
            except Exception as error:  # whatever a strange record brings about: the others are read all the same
                fault = "bad_record"
                logger.warning("not readable (%s): %s at %d", type(error).__name__, warc.name, record.offset)
            if fault:
                damages.append(Damage(record.offset, fault, record.url))
    return Index(tuple(captures), tuple(damages)), None, run


def _fault(record: WarcRecord) -> str | None:
    """What is wrong with a record that can be read; without digest it still is a capture."""
    try:
        urlkey(record.url), record.date
    except ValueError:
        return "bad_record"
    if not record.status or (record.type == "response" and not record.http):
        return "bad_http"
    if record.digest_fits() is False:
        return "bad_digest"
    return None if record.head.get_header("WARC-Payload-Digest") else "no_digest"


def _indexed(record: WarcRecord, name: str, other_run: str) -> IndexedCapture:
    header = record.http.get_header if record.http else record.head.get_header
    mime = (header("Content-Type") or "unk").partition(";")[0].strip()
    same_as = None
    if record.type == "revisit":
        mime = "warc/revisit"
        earlier = record.head.get_header("WARC-Refers-To-Target-URI", record.url).strip("<>")
        same_as = (earlier, _digits(record.head.get_header("WARC-Refers-To-Date", "")))
    digest = record.head.get_header("WARC-Payload-Digest") or f"sha1:{_sha1(record.payload)}"
    return IndexedCapture(
        record.url, f"{record.date.astimezone(UTC):%Y%m%d%H%M%S}", record.status, mime, digest, name, record.offset,
        record.length, (record.http and record.http.get_header("Location")) or "", same_as,
        record.truncated or cut_in_encoding(record.http, record.body if same_as is None else b""),
        record.head.get_header("WARC-Source-URI") or "", other_run,
    )  # fmt: skip


def _sha1(payload: bytes) -> str:
    return b32encode(hashlib.sha1(payload, usedforsecurity=False).digest()).decode()


def _digits(date: str) -> str:
    return "".join(filter(str.isdigit, date))[:14]


def _dump(index: Index, stamp: dict[str, int], warc: WarcFile) -> str:
    meta = stamp | {"damages": [asdict(damage) for damage in index.damages]}
    lines = sorted(capture.line(_filename(warc)) for capture in index.captures)
    return f"!meta {json.dumps(meta, ensure_ascii=False)}\n{''.join(lines)}"


def _filename(warc: WarcFile) -> str:
    """Its name in an index."""
    return warc.name.removeprefix(f"{warc.path.name}/") if warc.size is not None else Path(warc.name).name


def _load(beside: Path, stamp: dict[str, int], name: str) -> Index | None:
    """The index that was kept, if it is one, and stands for the file as it is now."""
    try:
        first, *lines = read_regular(beside).decode().rstrip("\n").split("\n")
        meta = json.loads(first.removeprefix("!meta "))
        damages = tuple(Damage(**damage) for damage in meta.pop("damages"))
        if not first.startswith("!meta ") or meta != stamp:
            return None
        captures = sorted((IndexedCapture.of_line(line, name) for line in lines), key=lambda capture: capture.offset)
        return Index(tuple(captures), damages)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
