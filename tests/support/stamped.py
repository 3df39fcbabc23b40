"""An archive whose days are time-stamped, to be rewritten."""

import hashlib
import shutil
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from crawler.archive.storage import Folder
from crawler.integrity.check_roots import check_roots
from crawler.integrity.inventory import Inventory
from crawler.integrity.manifest import Manifest, manifest_days, manifest_files, to_lines
from crawler.integrity.problem import Problem
from crawler.integrity.roots import ROOTS, close_days
from crawler.integrity.stamps import keep_token, next_to_stamp
from crawler.integrity.time_stamp import make_query, token_in
from crawler.integrity.verification import Verified, verify
from tests.support.archived import CAPTURING
from tests.support.archives import Archive
from tests.support.authority import Authority
from tests.support.catalogs import OpenCatalog
from tests.support.sites import Site, stories, story

DAY = timedelta(days=1)


@dataclass
class Stamped:
    """Days 2024-03-05 to 07; the authority stamped the root of each on the day after."""

    archive: Archive
    authority: Authority

    @property
    def folder(self) -> Path:
        return self.archive.folder

    def catalog(self) -> OpenCatalog:
        return OpenCatalog(f"sqlite:///{self.folder / 'catalog.db'}")

    def stamp(self) -> str | None:
        """On the day after the last run: the day that got it."""
        with self.catalog() as catalog:
            unstamped = next_to_stamp(Folder(self.folder), catalog.engine, self.archive.at + DAY)
            if not unstamped:
                return None
            query = make_query(unstamped.statement)
            token = token_in(self.authority.answer(query), query, self.authority.roots)
            keep_token(Folder(self.folder), catalog.engine, unstamped.day, token)
        return unstamped.day

    def verify(self, trusted: Path | None = None) -> Verified:
        """What ``scrapy verify`` finds."""
        with self.catalog() as catalog:
            return verify(self.folder, catalog.engine, workers=1, alone=True, trusted=trusted or self.authority.roots)

    def kinds(self, trusted: Path | None = None) -> list[tuple[str, str]]:
        """The kind and place of each thing that is wrong with manifests, roots and time stamps."""
        problems = self.verify(trusted).problems
        return [(problem.kind, problem.where) for problem in problems if problem.where.startswith("manifests/")]


def make_stamped(folder: Path) -> Stamped:
    """The second day brings a post, the third a revision of one of the first day's."""
    archive = Archive(Site(folder / "site").add(*stories(3)), folder / "archive")
    stamped = Stamped(archive, Authority(folder / "authority"))
    for news in (None, story(4), story(1).edited("改过的第一段。", 3 * DAY)):
        if news:
            archive.site.add(news)
        assert archive.run(after=DAY if news else timedelta(minutes=5), settings=CAPTURING).status == 0
        assert stamped.stamp() == f"{archive.at:%Y-%m-%d}"
    return stamped


def copy_of_stamped(stamped: Stamped, folder: Path) -> Stamped:
    """To be rewritten."""
    shutil.copytree(stamped.folder, folder / "archive")
    return Stamped(Archive(stamped.archive.site, folder / "archive", stamped.archive.at), stamped.authority)


def rewrite(folder: Path, day: str, before: str, after: str) -> None:
    """Changes a text in the manifest of a day, and every manifest and root since so that all fits again."""
    path = folder / f"manifests/{day}.txt"
    path.write_text(path.read_text("utf-8").replace(before, after), "utf-8")
    previous = None
    for path in manifest_files(folder):
        manifest = Manifest.load(path)
        path.write_bytes(b"".join(to_lines(previous, sorted(manifest.hashes.items()))))
        previous = hashlib.sha256(path.read_bytes()).hexdigest(), path.name
    closed = len((folder / ROOTS).read_bytes().splitlines())
    (folder / ROOTS).unlink()
    close_days(Folder(folder), manifest_days(Folder(folder))[:closed])


def root_problems(folder: Path, trusted: Path | None) -> tuple[Problem, ...]:
    """Of the roots and time stamps alone."""
    inventory = Inventory()
    try:
        return check_roots(folder, inventory, trusted).problems
    finally:
        inventory.close()
