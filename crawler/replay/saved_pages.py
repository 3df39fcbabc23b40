"""Saved pages, whichever way they were saved."""

from collections.abc import Callable
from pathlib import Path

from crawler.replay.saved_site import SavedSite
from crawler.warc.captures import Captures, has_captures
from crawler.warc.saved_response import SavedResponse


def open_saved(path: Path) -> Callable[[str], SavedResponse | None]:
    """Finds a page by its URL in a WARC, a .wacz, a folder of them, or a folder as ``wget -x`` lays it.

    Raises FileNotFoundError if nothing is there; what it returns raises DamagedCapture.
    """
    if path.is_dir() and not has_captures(path):
        return SavedSite(path).find
    return Captures(path).get
