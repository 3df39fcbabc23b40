"""`scrapy verify`: reads the whole archive, says what is wrong with it, and mends what it can."""

import argparse
import json
import os
import sqlite3
import sys
from collections import Counter
from collections.abc import Collection
from contextlib import nullcontext
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa
from scrapy.exceptions import UsageError

from crawler.archive.archive import Archive
from crawler.archive.lock import ArchiveLocked
from crawler.archive.paths import archive_dir, catalog_file, trusted_certificates
from crawler.archive.presence import NoArchive, has_catalog, require_archive
from crawler.archive.writer_lock import writer_lock
from crawler.integrity.problem import Problem
from crawler.run.check_settings import check_settings
from crawler.run.counts import by_reason
from crawler.run.existing_archive import existing_archive, in_words
from crawler.run.one_line import one_line
from crawler.run.outcome import LOCKED
from crawler.run.plain_command import PlainCommand
from crawler.times import now

if TYPE_CHECKING:
    from crawler.integrity.verification import Verified

_IN_MEMORY = "sqlite://"
# What SQLite says of the disk and of who else is there, and not of the catalog: https://sqlite.org/rescode.html
_OF_ITS_PLACE = {
    sqlite3.SQLITE_BUSY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_PERM, sqlite3.SQLITE_READONLY,
}  # fmt: skip
_LOST = "scrapy rebuild makes it of the captures, with revisions and lists; --repair of the posts"


class Command(PlainCommand):
    """Exit status 0: nothing is wrong, or all was mended; 1: something is, or there is no archive; 15: it is held."""

    examples = (
        "verify",
        "verify --json",
        "verify --repair",
        "verify --proof namqhtv5093318",
    )
    default_settings = {"LOG_ENABLED": False}  # noqa: RUF012  # Scrapy's own attribute

    def syntax(self) -> str:
        """How it is called."""
        return "[--json] [--repair] | --proof DOC_ID"

    def short_desc(self) -> str:
        """One line of `scrapy -h`."""
        return "Read the whole archive and say what is damaged, changed or missing"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """The options."""
        super().add_options(parser)
        parser.add_argument("--json", action="store_true", help="machine-readable")
        parser.add_argument("--repair", action="store_true", help="mend what can be mended; no post is changed")
        parser.add_argument("--proof", metavar="DOC_ID", help="prints what proves an article to others (docs/proof.md)")

    def work(self, opts: argparse.Namespace) -> None:
        """A line for each thing that is wrong, and a summary."""
        assert self.settings is not None
        root = archive_dir(self.settings)
        check_settings(self.settings)
        if opts.proof is not None:
            self._prove(root, opts)
            return
        try:
            require_archive(self.settings)
            with writer_lock(self.settings, alone=True) if opts.repair else nullcontext():
                self._verify(root, opts)
        except ArchiveLocked as error:
            _print(f"not repaired: {error}")
            self.exitcode = LOCKED
        except NoArchive as error:
            sys.exit(str(error))
        except OSError as error:
            _print(f"not repaired: {error}")
            self.exitcode = 1
        except RuntimeError as error:
            _print(f"not verified: {error}")
            self.exitcode = 1
        except (sa.exc.DatabaseError, sqlite3.DatabaseError, UnicodeDecodeError) as error:
            self.exitcode = 1
            if _is_of_its_place(error):
                _print(f"not verified: {in_words(error, self.settings)}")
                return
            _print(one_line(f"unreadable catalog: {error}"))
            _print("if it is damaged, move it away: --repair makes another")

    def _prove(self, root: Path, opts: argparse.Namespace) -> None:
        """Prints the proof of one article."""
        from crawler.integrity.proof import NoProof, make_proof

        if opts.repair:
            raise UsageError("--proof reads, --repair writes: one of them", print_help=False)
        assert self.settings is not None
        with existing_archive(self.settings) as archive:
            try:
                proof = make_proof(root, archive.engine, opts.proof)
            except (NoProof, OSError) as error:
                sys.exit(in_words(error, self.settings) if isinstance(error, OSError) else str(error))
        _print(json.dumps(proof, ensure_ascii=False, indent=1))

    def _verify(self, root: Path, opts: argparse.Namespace) -> None:
        from crawler.integrity.repair import Repair  # of all commands every one is loaded; these load numpy
        from crawler.integrity.verification import verify

        assert self.settings is not None
        lost = self._lost_catalog()
        with Archive.open(self.settings, _IN_MEMORY if lost and not opts.repair else "") as archive:
            trusted = trusted_certificates(self.settings)
            verified = verify(root, archive.engine, os.cpu_count() or 1, alone=opts.repair, trusted=trusted)
            problems = [Problem("no_catalog", lost, _LOST)] if lost and verified.posts + verified.captures else []
            problems += verified.problems
            mended = set(Repair(archive, now()).mend(verified.problems) if opts.repair else [])
        if opts.repair:
            mended |= {problem for problem in problems if problem.kind == "no_catalog"}
        left = [problem for problem in problems if problem not in mended]
        self.exitcode = int(bool(left))
        (_print_json if opts.json else _print_lines)(root, verified, problems, mended)

    def _lost_catalog(self) -> str:
        """The name of a catalog that isn't there: to look at an archive makes none."""
        assert self.settings is not None
        if has_catalog(self.settings):
            return ""
        file = catalog_file(self.settings)
        return file.name if file else "ARCHIVE_DATABASE_URL"


def _print_lines(root: Path, verified: "Verified", problems: Collection[Problem], mended: Collection[Problem]) -> None:
    for problem in problems:
        _print(one_line(f"{'mended: ' if problem in mended else ''}{problem}"))
    left = Counter(problem.kind for problem in problems if problem not in mended)
    done = Counter(problem.kind for problem in mended)
    _print(f"{root}: {verified.posts} posts, {verified.captures} captures")
    if verified.stamped:
        _print(verified.stamped)
    if done:
        _print(f"mended: {by_reason(done)}")
    _print(f"wrong: {by_reason(left)}" if left else "nothing is wrong")


def _print_json(root: Path, verified: "Verified", problems: Collection[Problem], mended: Collection[Problem]) -> None:
    rows = [asdict(problem) | {"mended": problem in mended} for problem in problems]
    counts = dict(sorted(Counter(problem.kind for problem in problems).items()))
    report = {"archive": str(root), "posts": verified.posts, "captures": verified.captures}
    report |= {"stamped": verified.stamped} if verified.stamped else {}
    _print(json.dumps(report | {"counts": counts, "problems": rows}, ensure_ascii=False, indent=1))


def _print(text: str) -> None:
    print(text)  # noqa: T201  # a command speaks to its user


def _is_of_its_place(error: Exception) -> bool:
    """True for a full disk, or a server that is gone: the catalog may be sound."""
    cause = getattr(error, "orig", error)
    if isinstance(cause, sqlite3.Error):
        return getattr(cause, "sqlite_errorcode", 0) & 0xFF in _OF_ITS_PLACE
    return isinstance(error, sa.exc.OperationalError)
