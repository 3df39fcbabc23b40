"""What an archive hands on of its captures: a WACZ, or one CDXJ of all."""

from collections.abc import Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import IO

from scrapy.settings import BaseSettings

from crawler.archive.archive import Archive
from crawler.archive.code_version import code_version
from crawler.times import BEIJING, iso
from crawler.wacz.held_elsewhere import HeldElsewhere
from crawler.wacz.package import About
from crawler.wacz.pictures import pictures_of
from crawler.wacz.selection import Selection
from crawler.wacz.signature import load_signing_key
from crawler.wacz.source_name import name_of_contact
from crawler.wacz.texts import captured_texts
from crawler.wacz.write_wacz import write_wacz
from crawler.warc.captures import Captures

WACZ, CDXJ = "wacz", "cdxj"
FORMATS = (WACZ, CDXJ)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Captures from `since` to before `until`; of them those that the lists `missing_from` lack."""

    since: datetime | None = None
    until: datetime | None = None
    missing_from: Sequence[Path] = field(default=())


def export_captures(
    kind: str, archive: Archive, settings: BaseSettings, wanted: Wanted, file: IO[bytes]
) -> tuple[int, list[str]]:
    """How many captures there are in it, and what is damaged, and left out: of a cut WARC what is behind the cut.

    Raises ValueError where there is nothing, for a list that is none, and for a bad ARCHIVE_SIGNING_KEY; OSError.
    """
    key_file = settings["ARCHIVE_SIGNING_KEY"]
    key = load_signing_key(Path(key_file).expanduser()) if key_file and kind == WACZ else None
    with ExitStack() as stack:
        elsewhere = stack.enter_context(closing(HeldElsewhere()))
        for path in wanted.missing_from:
            elsewhere.read(path)
        captures = Captures(archive.root / "captures")
        selection = stack.enter_context(closing(Selection()))
        selection.select(captures, wanted.since, wanted.until, elsewhere)
        if not selection.count:
            raise ValueError("; damaged: ".join([_nothing(wanted), *selection.lost]))
        if kind == CDXJ:
            file.writelines(line.encode() for line in selection.lines())
            return selection.count, selection.lost
        if not wanted.missing_from:
            texts = captured_texts(archive.engine, archive.root, selection)
            selection.add_at(captures, pictures_of(archive.engine, texts))
        damaged = write_wacz(file, archive, captures, selection, _about(settings, wanted, selection), key)
        return selection.count - len(damaged), selection.lost + damaged


def _nothing(wanted: Wanted) -> str:
    where = f"no captures {_window(wanted)}" if wanted.since or wanted.until else "no captures"
    return f"there are {where}{' that the lists lack' if wanted.missing_from else ''}"


def _about(settings: BaseSettings, wanted: Wanted, selection: Selection) -> About:
    """As of the newest capture: the same captures make the same file, whenever that is."""
    contact = str(settings["ARCHIVE_CONTACT"])
    title = f"Sina Finance (新浪财经), captures {_window(wanted)}".removesuffix(" ")
    about = "Captures of finance.sina.com.cn as they were received, with the archive's own titles and texts as pages."
    software = (str(settings["BOT_NAME"]), code_version())
    return About(title, about, iso(selection.newest), software, name_of_contact(contact), contact)


def _window(wanted: Wanted) -> str:
    names = {"since": wanted.since, "until": wanted.until}
    return " ".join(f"{name} {at.astimezone(BEIJING):%Y-%m-%d %H:%M}" for name, at in names.items() if at)
