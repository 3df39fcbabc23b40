"""Answers every request from saved pages instead of the network, as if they were fetched now.

Reads a folder laid out as ``wget -x`` lays it: ``host/path``, a query behind a ``?`` in the file's
name. Such files carry no headers: a page's encoding comes from the page.
"""

from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from scrapy import Request
from scrapy.core.downloader.handlers.base import BaseDownloadHandler
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.responsetypes import responsetypes
from scrapy.settings import BaseSettings
from scrapy.utils.asyncio import run_in_thread

# The roll API takes these only to get round caches; they select nothing.
CACHE_BUSTING = frozenset({"_", "r", "callback"})


class Replay:
    """An add-on: with ARCHIVE_REPLAY_FROM set, http and https are answered by ReplayDownloadHandler."""

    def update_settings(self, settings: BaseSettings) -> None:
        """Nothing is fetched, so nothing needs to be polite."""
        if not settings.get("ARCHIVE_REPLAY_FROM"):
            return
        handler = f"{__name__}.{ReplayDownloadHandler.__name__}"
        settings.set("DOWNLOAD_HANDLERS", {"http": handler, "https": handler}, "addon")
        for name in ("ROBOTSTXT_OBEY", "AUTOTHROTTLE_ENABLED", "DOWNLOAD_DELAY", "RETRY_ENABLED"):
            settings.set(name, 0, "cmdline")
        settings.set("CONCURRENT_REQUESTS_PER_DOMAIN", settings.getint("CONCURRENT_REQUESTS"), "cmdline")


class ReplayDownloadHandler(BaseDownloadHandler):
    """A page that was not saved is a 404, counted ``archive/replay/missing``."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self.site = SavedSite(Path(crawler.settings["ARCHIVE_REPLAY_FROM"]))

    async def download_request(self, request: Request) -> Response:
        """The saved response to `request`."""
        body = await run_in_thread(self.site.read, request.url)
        if body is None:
            assert self.crawler.stats
            self.crawler.stats.inc_value("archive/replay/missing")
            return Response(request.url, status=404)
        return responsetypes.from_args(url=request.url, body=body)(request.url, body=body)


class SavedSite:
    """A ``wget -x`` folder. Raises FileNotFoundError if `root` is no folder."""

    def __init__(self, root: Path) -> None:
        if not root.is_dir():
            raise FileNotFoundError(f"ARCHIVE_REPLAY_FROM: no such folder: {root}")
        self._root = root.resolve()
        self._queries: dict[Path, dict[tuple[str, tuple[tuple[str, str], ...]], Path]] = {}

    def read(self, url: str) -> bytes | None:
        """The bytes saved for `url`, or None. Query order and cache-busting parameters don't matter."""
        parts = urlsplit(url)
        path = f"{parts.hostname or ''}{f':{parts.port}' if parts.port else ''}{parts.path or '/'}"
        for name in dict.fromkeys([path, unquote(path)]):
            found = self._find(name, parts.query)
            if found and found.resolve().is_relative_to(self._root):
                return found.read_bytes()
        return None

    def _find(self, name: str, query: str) -> Path | None:
        wanted = _parameters(query)
        if not wanted:
            for path in (self._root / name.removesuffix("/"), self._root / name / "index.html"):
                if path.is_file():
                    return path
        folder, _, base = name.rpartition("/")
        known = self._saved_queries(self._root / folder)
        return known.get((base, wanted)) or (known.get(("index.html", wanted)) if not base else None)

    def _saved_queries(self, folder: Path) -> dict[tuple[str, tuple[tuple[str, str], ...]], Path]:
        """The files of a folder whose names hold a query, by base name and parameters."""
        if folder not in self._queries:
            self._queries[folder] = {}
            if folder.is_dir() and folder.resolve().is_relative_to(self._root):
                for path in sorted(folder.glob("*[?]*")):
                    base, _, query = path.name.partition("?")
                    self._queries[folder].setdefault((base, _parameters(query)), path)
        return self._queries[folder]


def _parameters(query: str) -> tuple[tuple[str, str], ...]:
    pairs = parse_qsl(query, keep_blank_values=True)
    return tuple(sorted(pair for pair in pairs if pair[0] not in CACHE_BUSTING))
