"""`scrapy verify` says what is wrong, mends what it can, and its exit status is 0 only if nothing is left."""

import json
import sqlite3
import subprocess
import sys
from pathlib import Path
from subprocess import CompletedProcess

import pytest
import sqlalchemy as sa

from crawler.archive.lock import archive_lock
from crawler.commands.verify import _is_of_its_place
from tests.support.archived import CAPTURES, ONE, copy_of, make_archive
from tests.support.archives import Archive
from tests.support.crawling import ROOT
from tests.support.forked_scrapy import scrapy
from tests.support.stamped import Stamped, copy_of_stamped


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    """Not to be changed."""
    return make_archive(tmp_path_factory.mktemp("whole"))


@pytest.fixture
def archive(whole: Archive, tmp_path: Path) -> Archive:
    """A copy of it."""
    return copy_of(whole, tmp_path)


def verify(folder: Path, *arguments: str) -> CompletedProcess[str]:
    return scrapy("verify", "-s", f"ARCHIVE_DIR={folder}", *arguments)


def files(folder: Path) -> dict[str, bytes]:
    """Of an archive, without what SQLite keeps beside the catalog."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and not path.name.startswith("catalog.db-")
    }


def test_a_whole_archive_is_clean_and_stays_as_it_is(archive: Archive) -> None:
    before = files(archive.folder)
    done = verify(archive.folder)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"{archive.folder}: 3 posts, {CAPTURES} captures\nnothing is wrong\n"
    assert files(archive.folder) == before


def test_what_is_wrong_is_a_line_each_and_a_summary(archive: Archive) -> None:
    (archive.folder / ONE).write_bytes(b"other")
    (archive.folder / "posts/.x.tmp").write_bytes(b"")
    done = verify(archive.folder)
    assert done.returncode == 1
    assert done.stdout.splitlines() == [
        f"changed {ONE}: it isn't what the catalog wrote",
        f"unreadable {ONE}: no front matter",
        f"{archive.folder}: 3 posts, {CAPTURES} captures",
        "wrong: changed 1, unreadable 1",  # the temporary file is too young to be nobody's
    ]


def test_a_machine_reads_the_same(archive: Archive) -> None:
    (archive.folder / ONE).unlink()
    done = verify(archive.folder, "--json")
    assert done.returncode == 1
    assert json.loads(done.stdout) == {
        "archive": str(archive.folder),
        "posts": 2,
        "captures": CAPTURES,
        "counts": {"missing": 1},
        "problems": [
            {"kind": "missing", "where": ONE, "what": f"the post of {Path(ONE).stem}", "mended": False}
        ],
    }  # fmt: skip


def test_a_lost_catalog_is_named_and_not_made(archive: Archive) -> None:
    for path in archive.folder.glob("catalog.db*"):
        path.unlink()
    done = verify(archive.folder)
    assert done.returncode == 1
    assert done.stdout.startswith("no_catalog catalog.db: ")
    assert not list(archive.folder.glob("catalog.db*"))


def test_repair_mends_and_says_so_and_then_all_is_clean(archive: Archive) -> None:
    for path in archive.folder.glob("catalog.db*"):
        path.unlink()
    (archive.folder / "posts/.x.tmp").write_bytes(b"")
    done = verify(archive.folder, "--repair")
    assert done.returncode == 0, done.stdout
    assert done.stdout.splitlines()[-2:] == ["mended: no_catalog 1, temporary 1, unknown 3", "nothing is wrong"]
    again = verify(archive.folder)
    assert (again.returncode, again.stdout.splitlines()[-1]) == (0, "nothing is wrong")


def sqlite_error(text: str, code: int) -> sqlite3.OperationalError:
    error = sqlite3.OperationalError(text)
    error.sqlite_errorcode = code
    return error


def test_what_repair_leaves_is_wrong_still(archive: Archive) -> None:
    (archive.folder / ONE).write_bytes(b"other")
    (archive.folder / "posts/.x.tmp").write_bytes(b"")
    done = verify(archive.folder, "--repair")
    assert done.returncode == 1
    assert done.stdout.splitlines()[-2:] == ["mended: temporary 1", "wrong: changed 1, unreadable 1"]
    assert (archive.folder / ONE).read_bytes() == b"other"


def test_repair_waits_for_the_run_that_holds_the_archive(archive: Archive) -> None:
    with archive_lock(archive.folder, 0):
        done = verify(archive.folder, "--repair")
        assert verify(archive.folder).returncode == 0
    assert done.returncode == 15
    assert done.stdout.startswith(f"not repaired: {archive.folder} is locked by process")


def test_a_damaged_catalog_is_named_and_left_alone(archive: Archive) -> None:
    (archive.folder / "catalog.db").write_bytes(b"no database" * 1000)
    done = verify(archive.folder, "--repair")
    assert done.returncode == 1
    assert done.stdout.startswith("unreadable catalog: ")
    assert (archive.folder / "catalog.db").read_bytes() == b"no database" * 1000


@pytest.mark.parametrize(
    ("error", "is_of_its_place"),
    [
        (sqlite_error("disk I/O error", sqlite3.SQLITE_IOERR_READ), True),
        (sqlite_error("database or disk is full", sqlite3.SQLITE_FULL), True),
        (sqlite_error("no such column: x", sqlite3.SQLITE_ERROR), False),
        (sqlite3.OperationalError("Could not decode to UTF-8 column 'title'"), False),  # Python's own has no code
        (sqlite3.DatabaseError("file is not a database"), False),
    ],
    ids=str,
)
def test_only_what_sqlite_says_of_its_place_leaves_the_catalog_undoubted(
    error: Exception, is_of_its_place: bool
) -> None:
    assert _is_of_its_place(error) is is_of_its_place
    assert _is_of_its_place(sa.exc.OperationalError("SELECT 1", (), error)) is is_of_its_place


def test_time_stamps_are_said_and_the_proof_of_an_article_is_one_json(whole_stamped: Stamped, tmp_path: Path) -> None:
    stamped = whole_stamped
    trusted = f"ARCHIVE_TSA_CERTIFICATES={stamped.authority.roots}"
    done = verify(stamped.folder, "-s", trusted)
    assert done.returncode == 0, done.stdout
    said, last = done.stdout.splitlines()[-2:]
    assert said.startswith("time-stamped up to 2024-03-07 at ")
    assert last == "nothing is wrong"
    assert json.loads(verify(stamped.folder, "-s", trusted, "--json").stdout)["stamped"] == said
    (tmp_path / "proof.json").write_text(verify(stamped.folder, "--proof", Path(ONE).stem).stdout, "utf-8")
    words = [sys.executable, ROOT / "docs/check_proof.py", tmp_path / "proof.json", stamped.authority.roots]
    checked = subprocess.run([*words, stamped.folder / ONE], capture_output=True, text=True, timeout=60)
    assert (checked.returncode, checked.stderr) == (0, "")
    assert checked.stdout.endswith(f" is {ONE}\n")


def test_without_stamps_there_is_no_proof_and_one_line_says_so(archive: Archive) -> None:
    for doc_id, says in ((Path(ONE).stem, "is not time-stamped yet"), ("nothere1234567", "there is no article")):
        done = verify(archive.folder, "--proof", doc_id)
        assert (done.returncode, done.stdout) == (1, "")
        assert says in done.stderr
        assert done.stderr.count("\n") == 1
    assert verify(archive.folder, "--proof", "x", "--repair").returncode == 2


def test_missing_roots_are_made_again(whole_stamped: Stamped, tmp_path: Path) -> None:
    stamped = copy_of_stamped(whole_stamped, tmp_path)
    roots = stamped.folder / "manifests/roots.txt"
    before = roots.read_bytes()
    roots.write_bytes(b"".join(before.splitlines(keepends=True)[1:]))
    assert verify(stamped.folder).stdout.startswith("no_root manifests/2024-03-05.txt: ")
    assert verify(stamped.folder, "--repair").returncode == 0
    assert roots.read_bytes() == before


def test_it_takes_no_arguments(tmp_path: Path) -> None:
    assert verify(tmp_path, "posts").returncode == 2
