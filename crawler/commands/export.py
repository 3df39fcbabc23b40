"""`scrapy export`: articles or revisions for research, as a data set or a feed, and captures; see docs/export.md."""

import argparse
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO, Any

from scrapy.exceptions import UsageError

from crawler.archive.archive import Archive
from crawler.archive.files import whole_file
from crawler.export.rows import RowFilter, rows
from crawler.export.write_feed import FEED_WRITERS, NEWEST, write_feed
from crawler.export.writers import Rows, write_jsonl, write_parquet
from crawler.run.existing_archive import existing_archive, in_words
from crawler.run.one_line import one_line
from crawler.run.places import FEED_FORMATS
from crawler.run.plain_command import PlainCommand
from crawler.run.window_options import moment, moments
from crawler.wacz.export_captures import CDXJ, Wanted, export_captures
from crawler.wacz.export_captures import FORMATS as CAPTURES


@dataclass(frozen=True, slots=True)
class _Content:
    """``rows`` are read as they are taken: who needs them not reads none."""

    archive: Archive
    row_filter: RowFilter
    rows: Rows
    is_of_edits: bool


def _rows(write: Callable[[Rows, IO[bytes]], int], content: _Content, file: IO[bytes]) -> int:
    return write(content.rows, file)


def _feed(kind: str, content: _Content, file: IO[bytes]) -> int:
    return write_feed(content.archive, content.row_filter, content.is_of_edits, kind, file)


_FORMATS: dict[str, Callable[[_Content, IO[bytes]], int]] = {  # each returns how many rows or entries it wrote
    "jsonl": partial(_rows, write_jsonl),
    "parquet": partial(_rows, write_parquet),
    **{kind: partial(_feed, kind) for kind in FEED_WRITERS},
}
_Row = Mapping[str, Any]
_ENDINGS = {
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".jl": "jsonl",
    ".parquet": "parquet",
    **FEED_FORMATS,
    **{f".{kind}": kind for kind in CAPTURES},
}
_NAMED = 5  # files
_BINARY = ("parquet", *(kind for kind in CAPTURES if kind != CDXJ))  # not for standard output


class Command(PlainCommand):
    """Exit status 0: every row has its text, every capture is whole; 1: not every one, or nothing was written."""

    examples = (
        "export --output build/all.jsonl",
        "export --since 2024-3-1 --until yesterday --output build/march.parquet",
        "export --as-of 2024-03-05 --revisions > then.jsonl",
        "export --edits --newest 20 --output build/edits.xml",
        "export --partition month --output build/news",
        "export --format wacz --since 2024-3-1 --output march.wacz",
        "export --format cdxj --output captures.cdxj",
        "export --format wacz --missing-from theirs.cdxj --output for-them.wacz",
    )
    requires_crawler_process = False
    default_settings = {"LOG_ENABLED": False}  # noqa: RUF012  # Scrapy's own attribute

    def __init__(self) -> None:
        super().__init__()
        self._faults: list[str] = []  # of rows

    def syntax(self) -> str:
        """How it is called."""
        return (
            f"[--format {'|'.join((*_FORMATS, *CAPTURES))}] [--since DAY] [--until DAY] [--as-of DAY] [--revisions] "
            "[--edits] [--newest N] [--partition month] [--missing-from LIST …] [--output FILE]"
        )

    def short_desc(self) -> str:
        """One line of `scrapy -h`."""
        return "Write articles or revisions as a file, a data set or a feed, or write captures"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """The options."""
        super().add_options(parser)
        parser.add_argument("--format", choices=(*_FORMATS, *CAPTURES), help="default: as FILE ends, else jsonl")
        parser.add_argument("--since", metavar="DAY", help="first day of the posts, or of captures, Beijing time")
        parser.add_argument("--until", metavar="DAY", help="last day")
        parser.add_argument("--as-of", metavar="DAY", help="as it was known when that day ended, or YYYY-MM-DDTHH:MM")
        parser.add_argument("--revisions", action="store_true", help="a row for each revision, not for each article")
        parser.add_argument("--edits", action="store_true", help="a feed of what was changed or deleted")
        parser.add_argument("--newest", type=int, metavar="N", help=f"entries of a feed; default: {NEWEST}")
        months = "Parquet: a file a month, and a card, in the folder that --output names"
        parser.add_argument("--partition", choices=["month"], help=months)
        lists = "of captures: those that these lists lack, another's CDXJ or manifests"
        parser.add_argument("--missing-from", type=Path, nargs="+", metavar="LIST", default=(), help=lists)
        parser.add_argument("--output", type=Path, metavar="FILE", help="default: standard output, of text")

    def work(self, opts: argparse.Namespace) -> None:
        """Writes the file, and says what is in it."""
        opts.format = opts.format or _format_of(opts)
        _check(opts)
        as_of = moment("--as-of", opts.as_of, end=True)
        newest = opts.newest or (NEWEST if opts.format in FEED_WRITERS else None)
        row_filter = RowFilter(*moments(opts.since, opts.until), as_of, opts.revisions, newest)
        self.exitcode = 1
        try:
            export = self._export_captures if opts.format in CAPTURES else self._export
            said = export(opts, row_filter)
        except BrokenPipeError:
            raise
        except (OSError, ValueError, ImportError) as error:
            assert self.settings is not None
            _say(f"not exported: {in_words(error, self.settings)}")
            return
        _say(said)
        for fault in self._faults:
            _say(fault)
        self.exitcode = int(bool(self._faults))

    def _export(self, opts: argparse.Namespace, row_filter: RowFilter) -> str:
        """What was written, in words."""
        assert self.settings is not None
        with existing_archive(self.settings) as archive:
            chosen = self._noted(rows(archive.engine, archive.root, row_filter))
            if opts.partition:
                return self._write_months(archive, opts.output, row_filter, chosen)
            with _output(opts) as file:
                count = _FORMATS[opts.format](_Content(archive, row_filter, chosen, opts.edits), file)
        what = "entries" if opts.format in FEED_WRITERS else "rows"
        return f"{count} {what}" if count else f"nothing in the window: the export has no {what}"

    def _export_captures(self, opts: argparse.Namespace, row_filter: RowFilter) -> str:
        """What was written, in words. Raises ValueError where there are none."""
        assert self.settings is not None
        wanted = Wanted(row_filter.since, row_filter.until, opts.missing_from)
        with existing_archive(self.settings) as archive, _output(opts) as file:
            count, damaged = export_captures(opts.format, archive, self.settings, wanted, file)
        self._faults += [f"damaged, and left out: {where}" for where in damaged]
        return f"{count} captures"

    def _write_months(self, archive: Archive, folder: Path, row_filter: RowFilter, chosen: Iterator[_Row]) -> str:
        from crawler.completeness.completeness import completeness  # with these only a data set has to do
        from crawler.export.data_card import data_card
        from crawler.export.data_set import NotOurs, write_data_set

        try:
            months, changed = write_data_set(
                self._dated(chosen), folder, lambda months: data_card(months, row_filter, completeness(archive.engine))
            )
        except NotOurs as error:
            raise UsageError(one_line(error), print_help=False) from error
        if not months:
            raise UsageError("nothing in the window: a data set has a row at least", print_help=False)
        count = sum(month.rows for month in months)
        written = ", ".join(changed) if len(changed) <= _NAMED else f"{len(changed)} files"
        return f"{count} rows in {len(months)} months; written: {written or 'nothing, all is as it was'}"

    def _noted(self, chosen: Iterator[_Row]) -> Iterator[_Row]:
        """Tombstones have no text; of all others that lack it the place is named."""
        for row in chosen:
            if row["markdown"] is None and row["content_hash"]:
                self._faults.append(f"without text: revision {row['revision']} of {row['path']}")
            yield row

    def _dated(self, chosen: Iterator[_Row]) -> Iterator[_Row]:
        """What has no date is in no month."""
        for row in chosen:
            if row["date"]:
                yield row
            else:
                self._faults.append(f"without date, and left out: revision {row['revision']} of {row['path']}")


def _format_of(opts: argparse.Namespace) -> str:
    """That which the file's name says; JSON Lines where it says none. Raises UsageError for an ending of none."""
    if opts.partition:
        return "parquet"
    if not (opts.output and opts.output.suffix):
        return "jsonl"
    kind = _ENDINGS.get(opts.output.suffix.lower())
    if not kind:
        known = ", ".join(_ENDINGS)
        raise UsageError(f"--output: a name that ends in {known} is wanted, or --format, not {str(opts.output)!r}",
                         print_help=False)  # fmt: skip
    return kind


def _output(opts: argparse.Namespace) -> AbstractContextManager[IO[bytes]]:
    return whole_file(opts.output) if opts.output else nullcontext(sys.stdout.buffer)


def _check(opts: argparse.Namespace) -> None:
    """Raises UsageError for options that do not go with the format."""
    is_feed, has_captures = opts.format in FEED_WRITERS, opts.format in CAPTURES
    if opts.format in _BINARY and not opts.output:
        raise UsageError(f"--format {opts.format} wants --output FILE", print_help=False)
    if opts.partition and opts.format != "parquet":
        raise UsageError(f"--partition is for --format parquet, not {opts.format}", print_help=False)
    if opts.partition and opts.output.exists() and not opts.output.is_dir():
        raise UsageError(f"--partition wants a folder, and {opts.output} is a file", print_help=False)
    for name in ("edits", "newest"):
        if getattr(opts, name) and not is_feed:
            raise UsageError(f"--{name} is for a feed: --format {' or '.join(FEED_WRITERS)}", print_help=False)
    if opts.newest is not None and opts.newest < 1:
        raise UsageError("--newest wants a number from 1 on", print_help=False)
    if opts.revisions and is_feed:
        raise UsageError(f"--revisions is for rows; of {opts.format} it is --edits", print_help=False)
    if has_captures and (opts.as_of or opts.revisions):
        name = "--as-of" if opts.as_of else "--revisions"
        raise UsageError(f"{name} is of articles: --format {opts.format} has captures", print_help=False)
    if opts.missing_from and not has_captures:
        raise UsageError(f"--missing-from is of captures: --format {' or '.join(CAPTURES)} has them", print_help=False)


def _say(text: str) -> None:
    print(one_line(text), file=sys.stderr)  # noqa: T201  # beside the data
