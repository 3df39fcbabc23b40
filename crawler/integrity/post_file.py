"""A post as it stands on the disk: what it says of its article, and whether it has the form of a post."""

import hashlib
import re
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime, parsedate_to_datetime
from pathlib import Path, PurePosixPath
from typing import Any

import frontmatter
import yaml

from crawler.locations import post_path

KEYS: dict[str, type] = {
    "title": str, "categories": list, "headimg": str, "author": str, "comments": bool, "date": str, "thumbnail": str,
}  # fmt: skip
_SOURCE_LINE = re.compile(r"(?:\A|\n\n)\[原文链接\]\((\S+)\)\Z")


class Unreadable(ValueError):
    """The file is no post at all."""


@dataclass(frozen=True, slots=True)
class PostFile:
    """``path`` is relative to the archive; ``url`` empty where the post doesn't name its source."""

    path: PurePosixPath
    metadata: dict[str, Any]
    markdown: str = field(repr=False)
    url: str

    @classmethod
    def parse(cls, path: str, content: bytes) -> "PostFile":
        """Raises Unreadable."""
        try:
            post = frontmatter.loads(content.decode())
        except (ValueError, RecursionError, yaml.YAMLError) as error:
            raise Unreadable(" ".join(str(error).split())) from error
        if not post.metadata:
            raise Unreadable("no front matter")
        source = _SOURCE_LINE.search(post.content)
        markdown = post.content[: source.start()] if source else post.content
        return cls(PurePosixPath(path), post.metadata, markdown, source[1] if source else "")

    @property
    def doc_id(self) -> str:
        """As its name says."""
        return self.path.stem

    @property
    def date(self) -> datetime | None:
        """Aware; None where it isn't written as ``Fri, 09 Jul 2021 06:20:37 GMT``."""
        text = str(self.metadata.get("date"))
        try:
            moment = parsedate_to_datetime(text)
            return moment if format_datetime(moment, usegmt=True) == text else None
        except (TypeError, ValueError):
            return None

    def faults(self) -> list[str]:
        """How it differs from the form of a post."""
        values = self.metadata
        if list(values) != list(KEYS):
            return [f"its keys are {', '.join(map(str, values))}"]
        wrong = [key for key, kind in KEYS.items() if not isinstance(values[key], kind)]
        if not wrong:
            wrong += ["title"] if not values["title"].strip() else []
            wrong += ["categories"] if not all(isinstance(one, str) for one in values["categories"]) else []
            wrong += ["comments"] if values["comments"] else []
            wrong += ["date"] if self.date is None else []
        found = [f"{key} is {values[key]!r}" for key in wrong]
        if self.date and self.path != (place := post_path(self.doc_id, self.date)):
            found.append(f"by its date it belongs at {place}")
        return found


def sha256_of(path: Path) -> str:
    """Of a file, in hex. Raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
