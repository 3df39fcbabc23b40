"""A folder of saved pages that tests read: as they were, and what is to be made of them.

``site/`` holds the pages as ``wget -x`` lays them. Beside it stand, for each article, ``<doc id>.json``
with its URL, the time at which it was saved, and the reason in one word if it gives no post; and
``<doc id>.md``, the post.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

from crawler.archive.files import put_in_place
from crawler.times import iso_or_none
from crawler.warc.saved_response import SavedResponse


@dataclass(frozen=True, slots=True)
class Fixture:
    """An article in a folder of saved pages; ``post`` is None where there is a ``reason``."""

    doc_id: str
    url: str
    time: str | None
    reason: str
    post: str | None

    @classmethod
    def load(cls, path: Path) -> Self:
        """The fixture whose JSON is at `path`. Raises OSError, ValueError or KeyError."""
        about: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        post = path.with_suffix(".md")
        text = post.read_text(encoding="utf-8") if post.exists() else None
        return cls(path.stem, about["url"], about["time"], about["reason"], text)

    def save(self, folder: Path) -> None:
        """Writes it beside the pages; what stood there of the article is replaced."""
        about = {"url": self.url, "time": self.time, "reason": self.reason}
        put_in_place(folder / f"{self.doc_id}.json", (json.dumps(about, ensure_ascii=False, indent=1) + "\n").encode())
        post = folder / f"{self.doc_id}.md"
        if self.post is None:
            post.unlink(missing_ok=True)
        else:
            put_in_place(post, self.post.encode())


def save_page(folder: Path, saved: SavedResponse, body: bytes) -> Path:
    """Writes a page below ``site/``. Raises ValueError for a URL that leads out of it."""
    site = (folder / "site").resolve()
    parts = urlsplit(saved.url)
    name = f"{parts.netloc}{parts.path or '/'}{'index.html' if parts.path[-1:] in ('', '/') else ''}"
    path = site / f"{name}{f'?{parts.query}' if parts.query else ''}"
    if not path.resolve().is_relative_to(site):
        raise ValueError(f"no name for a file: {saved.url}")
    put_in_place(path, body)
    return path


def time_of(saved: SavedResponse) -> str | None:
    """When a page was received, if that is known."""
    date: datetime | None = saved.date
    return iso_or_none(date)
