"""A post: the text of its file as it is made of an article, what such a file says, and whether it has a post's form."""

import hashlib
import re
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import parsedate_to_datetime
from pathlib import PurePosixPath
from typing import Any, Self

from scrapy.settings import BaseSettings

from crawler.items import Article
from crawler.post.front_matter import KEYS, dump, load, rfc1123
from crawler.post.markdown import with_images
from crawler.times import BEIJING

# The last line of a post names its source, so that a catalog can be made of the files.
_SOURCE_LINE = re.compile(r"(?:\A|\n\n)\[原文链接\]\((\S+)\)\s*\Z")


@dataclass(frozen=True, slots=True)
class PostForm:
    """What the settings say of a post. Fit for other processes."""

    categories: tuple[str, ...]
    author: str
    default_image: str
    source_line: bool
    image_base_url: str = ""

    @classmethod
    def of(cls, settings: BaseSettings) -> Self:
        """The form that the settings describe."""
        return cls(
            tuple(settings.getlist("ARCHIVE_CATEGORIES")),
            settings["ARCHIVE_AUTHOR"],
            settings["ARCHIVE_DEFAULT_IMAGE"],
            settings.getbool("ARCHIVE_SOURCE_LINE"),
            settings["ARCHIVE_IMAGE_BASE_URL"].rstrip("/"),
        )

    def render(self, article: Article) -> str:
        """The post's text: the same article gives the same bytes, anywhere and at any time."""
        assert article.date
        local = {url: f"{self.image_base_url}/{file}" for url, file in article.local_images.items()}
        first = next(iter(article.images), article.poster or self.default_image)
        image = local.get(first, first)
        metadata = {
            "title": " ".join(article.title.split()),
            "categories": list(self.categories),
            "headimg": image,
            "author": self.author,
            "comments": False,
            "date": rfc1123(article.date),
            "thumbnail": image,
        }
        source = f"\n\n[原文链接]({article.url})" if self.source_line else ""
        return dump(metadata, with_images(article.markdown, local) + source)


class Unreadable(ValueError):
    """The file is no post at all."""


@dataclass(frozen=True, slots=True)
class Post:
    """A post as it stands in a file. ``path`` is relative to the archive; ``url`` empty where it names no source."""

    path: PurePosixPath
    metadata: dict[str, Any]
    markdown: str = field(repr=False)
    url: str

    @classmethod
    def parse(cls, path: str, content: bytes) -> Self:
        """The post that stands in the file at `path`. Raises Unreadable."""
        import yaml  # a run that finds nothing new reads no post

        try:
            metadata, body = load(content.decode())
        except (ValueError, RecursionError, yaml.YAMLError) as error:
            raise Unreadable(" ".join(str(error).split())) from error
        if not metadata:
            raise Unreadable("no front matter")
        source = _SOURCE_LINE.search(body)
        return cls(PurePosixPath(path), metadata, _SOURCE_LINE.sub("", body), source[1] if source else "")

    @property
    def doc_id(self) -> str:
        """The doc id of the article, which is the file's name."""
        return self.path.stem

    @property
    def date(self) -> datetime | None:
        """The date, with its zone; None where it isn't written as ``Fri, 09 Jul 2021 06:20:37 GMT``."""
        text = str(self.metadata.get("date"))
        try:
            moment = parsedate_to_datetime(text)
            return moment if rfc1123(moment) == text else None
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
            wrong += ["categories"] if not all(isinstance(name, str) for name in values["categories"]) else []
            wrong += ["comments"] if values["comments"] else []
            wrong += ["date"] if self.date is None else []
        faults = [f"{key} is {values[key]!r}" for key in wrong]
        if self.date and self.path != (expected := post_path(self.doc_id, self.date)):
            faults.append(f"by its date it belongs at {expected}")
        return faults


def markdown_of(post: str) -> str:
    """The body of a post, without the line that links the original; all of a text that has no front matter."""
    head, _, body = post.partition("\n---\n")
    return _SOURCE_LINE.sub("", (body if head.startswith("---\n") else post).strip())


def post_path(doc_id: str, date: datetime) -> PurePosixPath:
    """``posts/2021/07/09/kqcfnca5774437.md``: the publication day in Beijing, and the doc id."""
    return PurePosixPath(f"posts/{date.astimezone(BEIJING):%Y/%m/%d}/{doc_id}.md")


def post_hash(content: bytes) -> str:
    """The sha256 by which the catalog knows a file that it wrote."""
    return hashlib.sha256(content).hexdigest()


def content_hash(title: str, markdown: str) -> str:
    """The sha256 of what a reader reads: title and Markdown body."""
    return hashlib.sha256(f"{title}\n{markdown}".encode()).hexdigest()
