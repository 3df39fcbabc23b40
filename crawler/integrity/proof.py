"""The proof of one article: that its post and its captures stood in the archive when an authority stamped its root.

What is in it, and how it is checked without the archive, is said in docs/proof.md.
"""

import base64
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from crawler.archive.files import read_regular, sha256_of
from crawler.archive.tables import articles, revisions
from crawler.integrity.manifest import manifest_files, parse_line
from crawler.integrity.merkle import audit_path, merkle_root
from crawler.integrity.roots import ROOTS, Roots, leaves, parse_roots
from crawler.integrity.stamps import token_path

FORMAT = "sina-finance-archive proof 1"


class NoProof(Exception):
    """Nothing of the article can be proved; the message is a sentence."""


def make_proof(root: Path, engine: sa.Engine, doc_id: str) -> dict[str, Any]:
    """As a value for JSON. Raises NoProof, and OSError for a manifest or root that can't be read."""
    article = _article(engine, doc_id)
    present, unproved = _present(root, [article["path"], *article["captures"]])
    days = [path.stem for path in manifest_files(root)]
    lines, unlisted = _listed(root, present, days)
    stamps = [day for day in days if (root / token_path(day)).exists()]
    files, used = [], set()
    for path, day in lines.items():
        if stamp := next((stamped for stamped in stamps if stamped >= day), None):
            files.append((f"{present[path]}  {path}", day))
            used.add(stamp)
        else:
            unlisted[path] = f"manifest {day} is not time-stamped yet, nor is a later one"
    unproved |= unlisted
    if not files:
        raise NoProof(
            f"nothing of {doc_id} can be proved: " + "; ".join(f"{path}: {unproved[path]}" for path in unproved)
        )
    trees = _Trees(root, days)
    chain = days[days.index(min(day for _, day in files)) : days.index(max(used)) + 1]
    return {
        "format": FORMAT,
        "doc_id": doc_id,
        "url": article["url"],
        "title": article["title"],
        "files": [trees.file(line, day) for line, day in files],
        "days": [trees.day(day) for day in chain],
        "stamps": [_stamp(root, day) for day in sorted(used)],
        "unproved": [{"path": path, "why": why} for path, why in unproved.items()],
    }


def _article(engine: sa.Engine, doc_id: str) -> dict[str, Any]:
    of_article = sa.select(articles.c.url, articles.c.title, articles.c.path).where(articles.c.doc_id == doc_id)
    of_captures = sa.select(revisions.c.capture_file).where(revisions.c.doc_id == doc_id).order_by(revisions.c.number)
    with engine.connect() as connection:
        if (row := connection.execute(of_article).first()) is None:
            raise NoProof(f"there is no article {doc_id!r} in the catalog")
        names = dict.fromkeys(name for name in connection.scalars(of_captures) if name)
    return dict(row._mapping) | {"captures": [f"captures/{name}" for name in names]}


def _present(root: Path, paths: Iterable[str]) -> tuple[dict[str, str], dict[str, str]]:
    """The sha256 of each file as it is now, and why those that can't be read are not proved."""
    present, unproved = {}, {}
    for path in paths:
        try:
            present[path] = sha256_of(root / path)
        except OSError as error:
            unproved[path] = error.strerror or str(error)
    return present, unproved


def _listed(root: Path, present: dict[str, str], days: list[str]) -> tuple[dict[str, str], dict[str, str]]:
    """The first day whose manifest lists each file as it is now, and why others are not proved."""
    first: dict[str, str] = {}
    unproved = dict.fromkeys(present, "in no manifest")
    for day in days:
        for line in _manifest(root, day).decode(errors="replace").splitlines():
            entry = parse_line(line)
            if entry and entry[0] in present and entry[0] not in first:
                if present[entry[0]] == entry[1]:
                    first[entry[0]] = day
                    del unproved[entry[0]]
                else:
                    unproved[entry[0]] = f"it isn't what it was in manifest {day}"
    return {path: first[path] for path in present if path in first}, unproved


class _Trees:
    """Those of the days' manifests. Each is made once."""

    def __init__(self, root: Path, days: list[str]) -> None:
        self._root = root
        self._before = dict(zip(days[1:], days[:-1], strict=True))
        self._roots: Roots = parse_roots(read_regular(root / ROOTS))[0]
        self._made: dict[str, list[bytes]] = {}

    def file(self, line: str, day: str) -> dict[str, Any]:
        """That this line is in the manifest of the day."""
        leaf = self._leaves(day).index(line.encode(), 1)
        return {"line": line, "day": day, "index": leaf} | self._path(day, leaf)

    def day(self, day: str) -> dict[str, Any]:
        """That its root holds that of the day before."""
        return {"day": day, "head": self._leaves(day)[0].decode()} | self._path(day, 0)

    def _path(self, day: str, index: int) -> dict[str, Any]:
        of_day = self._leaves(day)
        return {"size": len(of_day), "path": [node.hex() for node in audit_path(of_day, index)]}

    def _leaves(self, day: str) -> list[bytes]:
        if day not in self._made:
            before = self._before.get(day)
            previous = (before, self._root_of(before)) if before else None
            made = list(leaves(day, previous, BytesIO(_manifest(self._root, day))))
            if merkle_root(made).hex() != self._root_of(day):
                raise NoProof(f"manifest {day} isn't what its root was made of: scrapy verify says more")
            self._made[day] = made
        return self._made[day]

    def _root_of(self, day: str) -> str:
        if day not in self._roots:
            raise NoProof(f"{ROOTS} has no root of {day}: scrapy verify --repair makes it")
        return self._roots[day]


def _manifest(root: Path, day: str) -> bytes:
    return read_regular(root / "manifests" / f"{day}.txt")


def _stamp(root: Path, day: str) -> dict[str, str]:
    return {"day": day, "token": base64.b64encode(read_regular(root / token_path(day))).decode()}
