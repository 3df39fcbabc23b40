"""`scrapy export`: articles or revisions as one file for research, see docs/export.md; captures, see docs/share.md."""

import argparse
import sys
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import IO, Any

from scrapy.exceptions import UsageError

from crawler.archive.files import whole_file
from crawler.export.rows import RowFilter, rows
from crawler.export.writers import WRITERS
from crawler.run.existing_archive import existing_archive, in_words
from crawler.run.one_line import one_line
from crawler.run.plain_command import PlainCommand
from crawler.run.window_options import moment, moments
from crawler.wacz.export_captures import CDXJ, FORMATS, Wanted, export_captures


class Command(PlainCommand):
    """Exit status 0: every row has its text, every capture is whole; 1: not every one, or nothing was written."""

    examples = (
        "export --output build/all.jsonl",
        "export --since 2024-3-1 --until yesterday --output build/march.parquet",
        "export --as-of 2024-03-05 --revisions > then.jsonl",
        "export --format wacz --since 2024-3-1 --until 2024-3-31 --output march.wacz",
        "export --format cdxj --output captures.cdxj",
        "export --format wacz --missing-from theirs.cdxj --output for-them.wacz",
    )
    requires_crawler_process = False
    default_settings = {"LOG_ENABLED": False}  # noqa: RUF012  # Scrapy's own attribute

    def __init__(self) -> None:
        super().__init__()
        self._without_text: list[str] = []

    def syntax(self) -> str:
        """How it is called."""
        return "[--format jsonl|parquet|wacz|cdxj] [--since DAY] [--until DAY] [--output FILE] […]"

    def short_desc(self) -> str:
        """One line of `scrapy -h`."""
        return "Write articles or revisions, with text, or captures to one file"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """The options."""
        super().add_options(parser)
        parser.add_argument("--format", choices=(*WRITERS, *FORMATS), help="default: as FILE ends, else jsonl")
        parser.add_argument("--since", metavar="DAY", help="first day of the posts, or of captures, Beijing time")
        parser.add_argument("--until", metavar="DAY", help="last day")
        parser.add_argument("--as-of", metavar="DAY", help="as it was known when that day ended, or YYYY-MM-DDTHH:MM")
        parser.add_argument("--revisions", action="store_true", help="a row for each revision, not for each article")
        lists = "of captures: those that these lists lack, another's CDXJ or manifests"
        parser.add_argument("--missing-from", type=Path, nargs="+", metavar="LIST", default=(), help=lists)
        parser.add_argument("--output", type=Path, metavar="FILE", help="default: standard output, of jsonl and cdxj")

    def work(self, opts: argparse.Namespace) -> None:
        """Writes the file, and says what is in it."""
        opts.format = opts.format or _format_of(opts.output)
        if opts.format not in ("jsonl", CDXJ) and not opts.output:
            raise UsageError(f"--format {opts.format} wants --output FILE", print_help=False)
        _refuse_what_does_not_fit(opts)
        as_of = moment("--as-of", opts.as_of, end=True)
        row_filter = RowFilter(*moments(opts.since, opts.until), as_of, opts.revisions)
        self.exitcode = 1
        try:
            if opts.format in FORMATS:
                self._export_captures(opts, Wanted(row_filter.since, row_filter.until, opts.missing_from))
                return
            count = self._export(opts, row_filter)
        except BrokenPipeError:
            raise
        except (OSError, ValueError, ImportError) as error:
            assert self.settings is not None
            _say(f"not exported: {in_words(error, self.settings)}")
            return
        _say(f"{count} rows" if count else "nothing in the window: the export has no rows")
        for where in self._without_text:
            _say(f"without text: {where}")
        self.exitcode = int(bool(self._without_text))

    def _export_captures(self, opts: argparse.Namespace, wanted: Wanted) -> None:
        """Raises ValueError where there are none."""
        assert self.settings is not None
        with existing_archive(self.settings) as archive, _output(opts) as file:
            count, damaged = export_captures(opts.format, archive, self.settings, wanted, file)
        _say(f"{count} captures")
        for where in damaged:
            _say(f"damaged, and left out: {where}")
        self.exitcode = int(bool(damaged))

    def _export(self, opts: argparse.Namespace, row_filter: RowFilter) -> int:
        assert self.settings is not None
        with existing_archive(self.settings) as archive, _output(opts) as file:
            chosen = rows(archive.engine, archive.root, row_filter)
            return WRITERS[opts.format](self._noted(chosen), file)

    def _noted(self, chosen: Iterator[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
        """Tombstones have no text; of all others that lack it the place is named."""
        for row in chosen:
            if row["markdown"] is None and row["content_hash"]:
                self._without_text.append(f"revision {row['revision']} of {row['path']}")
            yield row


def _format_of(output: Path | None) -> str:
    """That which the file's name says; JSON Lines where it says none."""
    ending = output.suffix.removeprefix(".").lower() if output else ""
    return ending if ending in (*WRITERS, *FORMATS) else "jsonl"


def _output(opts: argparse.Namespace) -> AbstractContextManager[IO[bytes]]:
    return whole_file(opts.output) if opts.output else nullcontext(sys.stdout.buffer)


def _refuse_what_does_not_fit(opts: argparse.Namespace) -> None:
    """Raises UsageError for an option of articles beside captures, or the other way round."""
    if opts.format in FORMATS and (opts.as_of or opts.revisions):
        name = "--as-of" if opts.as_of else "--revisions"
        raise UsageError(f"{name} is of articles: --format {opts.format} has captures", print_help=False)
    if opts.missing_from and opts.format not in FORMATS:
        raise UsageError(f"--missing-from is of captures: --format {' or '.join(FORMATS)} has them", print_help=False)


def _say(text: str) -> None:
    print(one_line(text), file=sys.stderr)  # noqa: T201  # beside the data
