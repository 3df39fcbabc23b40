"""Where WARCs are written: the archive's folder, or another from which they go into its object store."""

import logging
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from crawler.archive.storage import ObjectStore
from crawler.warc.writer import finish, left_open

logger = logging.getLogger(__name__)


class Spool:
    """Puts WARCs into the store beside the crawl: a large one takes minutes.

    A WARC that can't be put there stays in the folder; the next run on this machine does it.
    """

    def __init__(self, folder: Path, store: ObjectStore | None = None) -> None:
        self.folder = folder
        self._store = store
        self._uploads = ThreadPoolExecutor(1, "uploads")
        self.left: list[Path] = []  # what the store refused
        self.unfinished: list[Path] = []  # what the disk refused to finish

    def take_up(self) -> list[str]:
        """Finishes the WARCs of runs that were killed, and puts what they left into the store; the names of all."""
        finished = [path for unfinished in left_open(self.folder) if (path := self._finish(unfinished))]
        left = sorted(self.folder.glob("*.warc.gz")) if self._store else []
        for path in left:
            self.closed(path)
        return [path.name for path in left or finished]

    def closed(self, path: Path) -> None:
        """Puts a WARC that is complete into the store, if there is one."""
        if self._store:
            self._uploads.submit(self._put, self._store, path)

    def close(self) -> None:
        """Waits until all WARCs are in the store."""
        self._uploads.shutdown()

    def _finish(self, unfinished: Path) -> Path | None:
        """If that fails, the run says so, and the next one finishes it."""
        try:
            path = finish(unfinished)
        except OSError as error:
            self.unfinished.append(unfinished)
            logger.error("captures of a run that was killed are not finished: %s: %s", unfinished, error)
            return None
        if path:
            logger.info("finished the captures of a run that was killed: %s", path)
        return path

    def _put(self, store: ObjectStore, path: Path) -> None:
        try:
            store.upload(f"captures/{path.name}", path)
        except OSError as error:
            if path.exists():  # else another worker of this machine has put it there
                self.left.append(path)
                logger.error("captures stay in %s: %s", path, error)
        else:
            path.unlink(missing_ok=True)

    def holds(self, name: str) -> bool:
        """True if a WARC is in the archive, or is being written on this machine."""
        file = self.folder / name
        is_here = file.exists() or file.with_name(f"{name}.open").exists()
        return is_here or bool(self._store and self._store.exists(f"captures/{name}"))
