"""A folder of files by which a browser finds words in the posts of a static site, without a server's help.

The posts of a year that is over are a segment, and those of each month of the newest year: what comes changes the
files of its own month. A segment has numbered posts, the oldest first; ``<segment>/words/`` has which of them have
which word, ``<segment>/texts/`` their texts, some to a file. ``index.json`` names the segments, the newest first.
"""

import json
import re
import shutil
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from importlib.resources import files
from pathlib import Path

from crawler.archive.files import put_in_place, read_regular
from crawler.post.front_matter import load
from crawler.post.plain_text import plain_text
from crawler.post.post import markdown_of, post_hash
from crawler.search.tokens import TOKENS_VERSION, tokens
from crawler.search.word_shards import WordLists
from crawler.times import BEIJING

FORMAT = 1
TEXTS_TOGETHER = 4  # in a file
PAGE = ("index.html", "find.js", "search.js", "search.css")
_LIST = "index.json"
_DAY = re.compile(r"(\d{4})/(\d{2})/(\d{2})/[^/]+\.md")


@dataclass(frozen=True)
class Segment:
    """``posts``: how many; ``shards``: of words; ``version``: of its posts, the same for the same posts."""

    name: str
    posts: int
    shards: int
    version: str


@dataclass(frozen=True)
class Written:
    """``made``: how many of the segments; the others have the posts that they had."""

    posts: int
    segments: int
    made: int
    files: int
    bytes: int


class NotOurs(ValueError):
    """The folder has files of someone else."""


def write_site_index(
    posts: Path, folder: Path, since: datetime | None = None, until: datetime | None = None
) -> Written:
    """Brings the index in `folder` up to the posts below `posts`, of days that begin between `since` and `until`.

    Only files that differ are written; those that it has no more are deleted. Raises NotOurs, OSError, ValueError.
    """
    before = _segments_in(folder)
    paths = [path for path in sorted(_posts(posts)) if _is_between(path, since, until)]
    target = _Target(folder)
    segments = []
    for name, own in sorted(_segments_of(paths).items(), reverse=True):
        version = _version(posts, own)
        known = before.get(name)
        is_as_before = known is not None and known.version == version
        segments.append(known if known and is_as_before else _write_segment(target, name, version, posts, own))
    for gone in before.keys() - {segment.name for segment in segments}:
        shutil.rmtree(folder / gone, ignore_errors=True)
    for name in PAGE:
        target.write(name, (files(__package__) / "site" / name).read_bytes())
    listed = {"together": TEXTS_TOGETHER, "format": FORMAT, "segments": [asdict(segment) for segment in segments]}
    target.write(_LIST, _json(listed))
    made = sum(segment not in before.values() for segment in segments)
    return Written(len(paths), len(segments), made, target.files, target.bytes)


class _Target:
    """Counts what is written into a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.files = self.bytes = 0

    def write(self, name: str, content: bytes) -> None:
        path = self._folder / name
        if not path.is_file() or path.read_bytes() != content:
            put_in_place(path, content)
            self.files += 1
            self.bytes += len(content)

    def keep(self, name: str, count: int) -> None:
        """Of the numbered files in a folder only the first `count` stay."""
        for path in (self._folder / name).iterdir():
            if not path.stem.isdecimal() or int(path.stem) >= count:
                path.unlink()


def _segments_in(folder: Path) -> dict[str, Segment]:
    """By name, of the index that is in `folder`; none of one in another form, which is made anew."""
    if not (folder / _LIST).exists():
        if folder.is_dir() and any(folder.iterdir()):
            raise NotOurs(f"{folder} has other files: the index wants a folder of its own")
        return {}
    listed = json.loads(read_regular(folder / _LIST))
    if not isinstance(listed, dict) or "together" not in listed:
        raise NotOurs(f"{folder / _LIST} is no list of a search index: the index wants a folder of its own")
    return {entry["name"]: Segment(**entry) for entry in listed["segments"]}


def _posts(posts: Path) -> Iterator[str]:
    paths = (path.relative_to(posts).as_posix() for path in posts.rglob("*.md"))
    return (path for path in paths if _DAY.fullmatch(path))


def _is_between(path: str, since: datetime | None, until: datetime | None) -> bool:
    day = datetime.strptime(path[:10], "%Y/%m/%d").replace(tzinfo=BEIJING)
    return (not since or since <= day) and (not until or day < until)


def _segments_of(paths: Sequence[str]) -> dict[str, list[str]]:
    """By their names: ``2023`` for a year, ``2024-03`` for a month of the newest."""
    segments: dict[str, list[str]] = defaultdict(list)
    for path in paths:
        is_newest_year = path[:4] == paths[-1][:4]
        segments[path[:7].replace("/", "-") if is_newest_year else path[:4]].append(path)
    return segments


def _version(posts: Path, paths: Sequence[str]) -> str:
    """A hash of all that the segment's files are made of."""
    lines = [f"{path} {post_hash(read_regular(posts / path))}" for path in paths]
    return post_hash("\n".join([f"{FORMAT} {TOKENS_VERSION}", *lines]).encode())[:12]


def _write_segment(target: _Target, name: str, version: str, posts: Path, paths: Sequence[str]) -> Segment:
    lists = WordLists()
    ordered = sorted(paths, key=lambda path: (_read(posts, path)[1], path))
    groups = [ordered[start : start + TEXTS_TOGETHER] for start in range(0, len(ordered), TEXTS_TOGETHER)]
    for number, group in enumerate(groups):
        rows = []
        for path in group:
            title, date, text = _read(posts, path)
            lists.add(tokens(f"{title}\n{text}"))
            rows.append((path.removesuffix(".md"), title, f"{date.astimezone(BEIJING):%Y-%m-%d %H:%M}", text))
        target.write(f"{name}/texts/{number}.json", _json(rows))
    shards = lists.shards()
    for number, shard in enumerate(shards):
        target.write(f"{name}/words/{number}.bin", shard)
    target.keep(f"{name}/texts", len(groups))
    target.keep(f"{name}/words", len(shards))
    return Segment(name, len(paths), len(shards), version)


def _read(posts: Path, path: str) -> tuple[str, datetime, str]:
    """Title, date and text. Raises ValueError that names the post."""
    import yaml  # here alone: a search in the catalog needs none

    post = read_regular(posts / path).decode()
    try:
        head = load(post)[0]
        return str(head["title"]), parsedate_to_datetime(head["date"]), plain_text(markdown_of(post))
    except (yaml.YAMLError, KeyError, TypeError, ValueError) as error:
        raise ValueError(f"{posts / path} is no post with a title and a date: {error!r}") from error


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
