"""`scrapy search`: the articles whose title or text has what is looked for, the newest first; or a site's index."""

import argparse
import json
import sys
from collections.abc import Sequence
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from scrapy.exceptions import UsageError
from sqlalchemy.exc import OperationalError

from crawler.run.existing_archive import existing_archive
from crawler.run.one_line import one_line
from crawler.run.plain_command import PlainCommand
from crawler.run.window_options import moments
from crawler.search.find import Hit, find
from crawler.search.query import Query
from crawler.search.snippet import marks, printable
from crawler.search.text_index import NoIndex, TextIndex
from crawler.times import BEIJING, iso

if TYPE_CHECKING:
    from rich.text import Text


class Command(PlainCommand):
    """Exit status 0: found, or the index is made; 1: nothing, or no archive; 2: there was nothing to look for."""

    examples = (
        "search 专精特新 企业 --since 2024-3-1",
        "search '\"首席服务员\"制度' --json",
        "search 税 --limit 5",
        "search --stock sh600519 --since 2024-3-1",
        "search --index public/search",
    )
    takes_words = True
    requires_crawler_process = False
    default_settings = {"LOG_ENABLED": False}  # noqa: RUF012  # Scrapy's own attribute

    def syntax(self) -> str:
        """How it is called."""
        return "[WORDS] [--stock CODE] [--since DAY] [--until DAY] [--limit N] [--json] | --index FOLDER"

    def short_desc(self) -> str:
        """One line of `scrapy -h`."""
        return "Find articles by words, phrases and stocks in their title and text"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """The options."""
        super().add_options(parser)
        stock = "named in the text or marked up in the page: sh600519, 600519, 600519.SH, 00700.HK, AAPL"
        parser.add_argument("--stock", default="", metavar="CODE", help=stock)
        parser.add_argument("--since", metavar="DAY", help="first day, YYYY-MM-DD, or YYYY-MM-DDTHH:MM, Beijing time")
        parser.add_argument("--until", metavar="DAY", help="last day, or the moment before which")
        parser.add_argument("--limit", type=int, default=20, metavar="N", help="at most so many; default: 20")
        parser.add_argument("--json", action="store_true", help="machine-readable")
        parser.add_argument(
            "--index", metavar="FOLDER", help="make or renew there what a static site of the posts needs for a search"
        )

    def work(self, opts: argparse.Namespace) -> None:
        """Prints the articles."""
        assert self.settings is not None
        if opts.limit < 1:
            raise UsageError("--limit wants a number from 1 on")
        since, until = moments(opts.since, opts.until)
        if opts.index:
            self._write_index(opts, since, until)
            return
        try:
            query = Query.parse(" ".join(self.words), opts.stock)
        except ValueError as error:
            raise UsageError(str(error), print_help=False) from error
        with existing_archive(self.settings) as archive:
            try:
                _catch_up(TextIndex(archive.engine, archive.root))
            except NoIndex as error:
                raise UsageError(str(error), print_help=False) from error
            hits = list(islice(find(archive.engine, archive.root, query, since, until), opts.limit + 1))
        (_print_json if opts.json else _print_lines)(hits[: opts.limit], query)
        if len(hits) > opts.limit:
            _say(f"only the newest {opts.limit} are shown; --limit shows more")
        self.exitcode = int(not hits)

    def _write_index(self, opts: argparse.Namespace, since: datetime | None, until: datetime | None) -> None:
        from crawler.search.site_index import write_site_index

        if self.words or opts.stock:
            raise UsageError("--index takes no words and no stock: they are typed on the site", print_help=False)
        assert self.settings is not None
        folder = Path(opts.index)
        with existing_archive(self.settings) as archive:
            written = write_site_index(archive.root / "posts", folder, since, until)
        size = f"{written.bytes / 1e6:.1f} MB" if written.bytes >= 1e6 else f"{written.bytes / 1e3:.0f} kB"
        print(  # noqa: T201  # a command speaks to its user
            f"{folder}: {written.posts} posts in {written.segments} parts, {written.made} of them made anew;"
            f" {written.files} files written, {size}"
        )


def _catch_up(index: TextIndex) -> None:
    """What was archived before there was an index, or by a run that could not index it."""
    from crawler.run.progress_line import ProgressLine

    if not (behind := index.behind()):
        return
    try:
        with ProgressLine("indexed", behind) as progress:
            for count in index.catch_up():
                for _ in range(count):
                    progress.advance()
    except OperationalError as error:
        _say(f"{index.behind()} articles are not indexed: {error.orig}")


def _print_lines(hits: list[Hit], query: Query) -> None:
    from rich.console import Console  # it takes as long to load as the rest of a command
    from rich.text import Text

    console = Console(highlight=False, soft_wrap=True)
    for hit in hits:
        title = printable(hit.title)
        gone = f"  (gone: {hit.gone})" if hit.gone else ""
        console.print(
            Text(f"{hit.date.astimezone(BEIJING):%Y-%m-%d %H:%M}  ")
            + _marked(title, marks(title, query), "bold")
            + gone
        )
        console.print(Text(f"  {hit.path}", style="dim"))
        console.print(Text("  ") + _marked(hit.snippet.text, hit.snippet.marks, ""))
    if not hits:
        console.print("nothing found")


def _marked(line: str, places: Sequence[tuple[int, int]], style: str) -> "Text":
    from rich.text import Text

    text = Text(line, style=style)
    for start, end in places:
        text.stylize("bold red", start, end)
    return text


def _print_json(hits: list[Hit], _query: Query) -> None:
    rows = [
        {"doc_id": hit.doc_id, "date": iso(hit.date), "title": hit.title, "path": hit.path, "url": hit.url,
         "gone": hit.gone, "snippet": hit.snippet.text, "marks": hit.snippet.marks} for hit in hits
    ]  # fmt: skip
    print(json.dumps(rows, ensure_ascii=False, indent=1))  # noqa: T201  # a command speaks to its user


def _say(text: str) -> None:
    print(one_line(text), file=sys.stderr)  # noqa: T201  # beside the answer
