"""`scrapy savepage`: a page becomes a fixture, with the post that is made of it; and which pages should."""

import argparse
from collections.abc import Callable
from pathlib import Path

from scrapy.exceptions import UsageError

from crawler.archive.paths import archive_dir
from crawler.post.post import PostForm
from crawler.replay.content_encoding import decoded
from crawler.replay.fixture import Fixture, save_page, time_of
from crawler.replay.fixture_candidates import fixture_candidates
from crawler.replay.saved_pages import open_saved
from crawler.run.check_settings import check_settings
from crawler.run.existing_archive import existing_archive, in_words
from crawler.run.one_line import one_line
from crawler.run.plain_command import PlainCommand
from crawler.run.whole_crawl import whole_crawl
from crawler.sina.page_address import address_of
from crawler.warc.captures import Captures, DamagedCapture
from crawler.warc.saved_response import SavedResponse

_ERROR = 400
_SHOWN = 100  # characters of what was removed
_FOLDER = Path("tests/fixtures/saved")


class Command(PlainCommand):
    """Exit status 0: all pages were saved; 1: not all, or there is no archive to list from."""

    examples = (
        "savepage --list",
        "savepage URL --from output/captures",
    )
    takes_words = True

    def syntax(self) -> str:
        """How it is called."""
        return "URL... [--from PATH] [--to FOLDER] | --list"

    def short_desc(self) -> str:
        """One line of `scrapy -h`."""
        return "Save pages, live or captured, as fixtures with the posts made of them"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """The options."""
        super().add_options(parser)
        where = "take the pages from captures or saved pages: a WARC, a .wacz, or a folder"
        parser.add_argument("--from", dest="source", type=Path, metavar="PATH", help=where)
        parser.add_argument("--to", type=Path, default=_FOLDER, metavar="FOLDER", help=f"default: {_FOLDER}")
        what = "list what was not archived or has an unknown layout: doc id, reason, URL, capture (tab-separated)"
        parser.add_argument("--list", action="store_true", help=what)

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """A list is read by other programs, too."""
        super().process_options(args, opts)
        assert self.settings is not None
        if opts.list or opts.source:
            self.settings.set("LOG_ENABLED", False, "cmdline")

    def work(self, opts: argparse.Namespace) -> None:
        """Lists, or saves."""
        if bool(self.words) == bool(opts.list):
            raise UsageError("savepage takes URLs, or --list")
        try:
            if opts.list:
                self._list()
            else:
                self._save(self.words, opts)
        except FileNotFoundError as error:
            assert self.settings is not None
            _print(f"nothing saved: {in_words(error, self.settings)}")
            self.exitcode = 1

    def _list(self) -> None:
        assert self.settings is not None
        folder = archive_dir(self.settings) / "captures"
        with existing_archive(self.settings) as archive:
            find = Captures(folder).find if folder.exists() else lambda _url: None
            for candidate in fixture_candidates(archive.engine, find):
                _print(candidate.line())

    def _save(self, urls: list[str], opts: argparse.Namespace) -> None:
        articles = [url for url in dict.fromkeys(urls) if self._is_article(url)]
        if opts.source and not opts.source.expanduser().exists():
            raise UsageError(f"--from: there is no {opts.source}", print_help=False)
        find = open_saved(opts.source.expanduser()) if opts.source else self._fetch(articles)
        for url in articles:
            try:
                self._keep(url, find, opts.to)
            except (DamagedCapture, ValueError, LookupError) as error:
                self._lost(url, str(error))

    def _keep(self, url: str, find: Callable[[str], SavedResponse | None], folder: Path) -> None:
        """The page and its further ones as they are read; the fixture when all are there."""
        from crawler.rebuild.read_capture import read_response  # it loads trafilatura

        assert self.settings is not None
        most = self.settings.getint("DOWNLOAD_MAXSIZE")

        def kept(url: str) -> SavedResponse | None:
            saved = find(url)
            if saved and saved.status < _ERROR:
                save_page(folder, saved, decoded(saved, most))
            return saved

        saved = kept(url)
        if saved is None or saved.status >= _ERROR:
            raise LookupError(f"http_{saved.status}" if saved else "not there")
        result = read_response(saved, kept, most=most)
        post = PostForm.of(self.settings).render(result.article) if result.article else None
        doc_id = address_of(saved.url).doc_id
        Fixture(doc_id, saved.url, time_of(saved), result.reason, post).save(folder)
        what = result.article.layout if result.article else result.reason
        _print(f"{folder / doc_id}.{'md' if post else 'json'} ({what})")
        for removal in result.article.removed if result.article else ():
            _print("  " + one_line(f"removed by {removal.rule}: {removal.text[:_SHOWN]}"))

    def _fetch(self, urls: list[str]) -> Callable[[str], SavedResponse | None]:
        """From Sina, or from ARCHIVE_REPLAY_FROM."""
        from crawler.replay.fetch_pages import FetchPages

        assert self.settings is not None
        assert self.crawler_process
        check_settings(self.settings)
        kept: dict[str, SavedResponse] = {}
        lost: dict[str, str] = {}
        if urls and (error := whole_crawl(self.crawler_process, FetchPages, urls=urls, kept=kept, lost=lost)):
            raise error

        def find(url: str) -> SavedResponse | None:
            if url in lost:
                raise LookupError(lost[url])
            return kept.get(url)

        return find

    def _is_article(self, url: str) -> bool:
        try:
            address_of(url)
        except ValueError as error:
            self._lost(url, str(error))
            return False
        return True

    def _lost(self, url: str, why: str) -> None:
        _print(one_line(f"not saved: {url}: {why}"))
        self.exitcode = 1


def _print(text: str) -> None:
    print(text)  # noqa: T201  # a command speaks to its user
