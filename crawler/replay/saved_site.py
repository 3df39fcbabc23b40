"""Pages saved by ``wget -x``: ``host/path``, a query behind a ``?`` in the file's name.

``wget --restrict-file-names=windows`` writes ``@`` in its place, and ``+`` before a port: Windows has no ``?`` and no
``:`` in names. Both are read.

Such files carry no headers: a page's encoding comes from the page.
"""

from pathlib import Path
from urllib.parse import unquote, urlsplit

from crawler.warc.saved_response import SavedResponse
from crawler.warc.urlkey import parameters


class SavedSite:
    """A ``wget -x`` folder. Raises FileNotFoundError if `root` is no folder."""

    def __init__(self, root: Path) -> None:
        if not root.is_dir():
            raise FileNotFoundError(f"ARCHIVE_REPLAY_FROM: no such folder: {root}")
        self._root = root.resolve()
        self._queries: dict[Path, dict[tuple[str, tuple[tuple[str, str], ...]], Path]] = {}

    def find(self, url: str) -> SavedResponse | None:
        """The page saved for `url`, or None."""
        body = self.read(url)
        return None if body is None else SavedResponse(url, 200, (), body)

    def read(self, url: str) -> bytes | None:
        """The bytes saved for `url`, or None. Query order and cache-busting parameters don't matter."""
        parts = urlsplit(url)
        path = f"{parts.hostname or ''}{f':{parts.port}' if parts.port else ''}{parts.path or '/'}"
        windows = path.replace(":", "+")
        for name in dict.fromkeys([path, unquote(path), windows, unquote(windows)]):
            file = self._find(name, parts.query) if _is_file_name(name) else None
            if file and file.resolve().is_relative_to(self._root):
                return file.read_bytes()
        return None

    def _find(self, name: str, query: str) -> Path | None:
        selection = parameters(query)
        if not selection:
            for path in (self._root / name.removesuffix("/"), self._root / name / "index.html"):
                if path.is_file():
                    return path
        folder, _, base = name.rpartition("/")
        saved = self._saved_queries(self._root / folder)
        return saved.get((base, selection)) or (saved.get(("index.html", selection)) if not base else None)

    def _saved_queries(self, folder: Path) -> dict[tuple[str, tuple[tuple[str, str], ...]], Path]:
        """The files of a folder whose names hold a query, by base name and parameters."""
        if folder not in self._queries:
            saved: dict[tuple[str, tuple[tuple[str, str], ...]], Path] = {}
            if folder.is_dir() and folder.resolve().is_relative_to(self._root):
                for path in sorted(folder.glob("*[?@]*"), key=lambda path: ("?" not in path.name, path)):
                    base, _, query = path.name.partition("?" if "?" in path.name else "@")
                    saved.setdefault((base, parameters(query)), path)
            self._queries[folder] = saved  # whole: other threads ask, too
        return self._queries[folder]


def _is_file_name(name: str) -> bool:
    """False for what no file system takes: a part of more than 255 bytes."""
    return all(len(part.encode("utf-8", "replace")) <= 255 for part in name.split("/"))
