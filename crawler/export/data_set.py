"""A folder of Parquet files, one a month, with a card: what did not change is left as it is."""

import filecmp
import re
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from crawler.archive.files import is_regular, whole_file
from crawler.export.writers import Rows, write_parquet
from crawler.times import BEIJING

CARD, DATA = "README.md", "data"
MARK = "<!-- written by scrapy export -->"  # in the card: else it is someone else's
_MONTH = re.compile(r"\d{4}-\d\d\.parquet")
_STAGING = ".export.tmp"  # what begins with a dot, as .git and .gitattributes, is no part of a data set


class NotOurs(ValueError):
    """The folder has something in it that this program did not write, or would not write now."""


@dataclass(frozen=True, slots=True)
class Month:
    """A file of the data set: ``2024-03``, and what is in it."""

    name: str
    rows: int
    characters: int
    gone: int


def write_data_set(rows: Rows, folder: Path, card: Callable[[Sequence[Month]], str]) -> tuple[list[Month], list[str]]:
    """Writes `rows`, which are in the order of their dates, and a card of them. Returns the months, and what changed.

    No file is touched before all are written beside. Raises NotOurs, OSError and ImportError; no rows are no months,
    and leave the folder as it was.
    """
    present = _present(folder)
    with _staging(folder) as staging:
        months = [_stage(staging, name, of_month) for name, of_month in groupby(rows, _month)]
        if not months:
            return [], []
        if left := sorted(present - {_file(month.name) for month in months}):
            raise NotOurs(f"{folder / left[0]}: a month without rows now; take it away, or choose it, too")
        with whole_file(staging / CARD) as file:
            file.write(card(months).encode())
        names = [*(_file(month.name) for month in months), CARD]
        changed = [name for name in names if not _is_same(staging / name, folder / name)]
        (folder / DATA).mkdir(exist_ok=True)
        for name in changed:
            (staging / name).replace(folder / name)
    return months, changed


def _present(folder: Path) -> set[str]:
    """The months that are there, as ``data/2024-03.parquet``. Raises NotOurs that names what else is."""
    paths = [path for path in folder.iterdir() if path.name[0] != "."] if folder.exists() else []
    months = [path for path in (folder / DATA).iterdir() if path.name[0] != "."] if (folder / DATA).is_dir() else []
    strange = [path for path in sorted(paths) if not _is_card(path) and not _is_data(path)]
    strange += [path for path in sorted(months) if not (_MONTH.fullmatch(path.name) and is_regular(path))]
    if strange:
        raise NotOurs(f"{strange[0]}: not of a data set that this command wrote; choose another folder")
    return {f"{DATA}/{path.name}" for path in months}


def _is_card(path: Path) -> bool:
    return path.name == CARD and is_regular(path) and MARK in path.read_text("utf-8", "replace")


def _is_data(path: Path) -> bool:
    return path.name == DATA and path.is_dir() and not path.is_symlink()


@contextmanager
def _staging(folder: Path) -> Iterator[Path]:
    """A folder in it, on the same file system; afterwards there is none."""
    is_new = not folder.exists()
    staging = folder / _STAGING
    shutil.rmtree(staging, ignore_errors=True)  # of a run that was killed
    (staging / DATA).mkdir(parents=True)
    try:
        yield staging
    finally:
        shutil.rmtree(staging, ignore_errors=True)
        if is_new:
            with suppress(OSError):  # it holds the data set
                folder.rmdir()


def _stage(staging: Path, name: str, rows: Iterator[Mapping[str, Any]]) -> Month:
    characters = gone = 0

    def counted() -> Iterator[Mapping[str, Any]]:
        nonlocal characters, gone
        for row in rows:
            characters += row["characters"] or 0
            gone += row["gone"] is not None
            yield row

    with whole_file(staging / _file(name)) as file:
        count = write_parquet(counted(), file)
    return Month(name, count, characters, gone)


def _month(row: Mapping[str, Any]) -> str:
    return f"{row['date'].astimezone(BEIJING):%Y-%m}"


def _file(month: str) -> str:
    return f"{DATA}/{month}.parquet"


def _is_same(new: Path, old: Path) -> bool:
    return is_regular(old) and filecmp.cmp(new, old, shallow=False)
