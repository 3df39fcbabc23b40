"""Everything in an archive is read, and each damage is named by kind and place."""

import fcntl
import gzip
import os
import signal
import time
from collections.abc import Callable
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

import pytest

from crawler.integrity.problem import Problem
from crawler.integrity.verification import Verified, _processes, verify
from tests.support.archived import CAPTURES, ONE, THREE, TWO, capture, kinds, problems, stand_on
from tests.support.archives import Archive
from tests.support.catalogs import OpenCatalog
from tests.support.warcs import http, record, revisit, save


def test_in_a_whole_archive_nothing_is_wrong(whole: Archive) -> None:
    with OpenCatalog(f"sqlite:///{whole.folder / 'catalog.db'}") as catalog:
        verified = verify(whole.folder, catalog.engine, workers=1, alone=True)
    assert verified.problems == ()
    assert (verified.posts, verified.captures) == (3, CAPTURES)


def test_other_processes_find_the_same(archive: Archive) -> None:
    edit(archive, ONE)
    capture(archive).unlink()
    with OpenCatalog(f"sqlite:///{archive.folder / 'catalog.db'}") as catalog:
        alone, by_two = (verify(archive.folder, catalog.engine, workers, alone=True) for workers in (1, 2))
    assert alone == by_two
    assert isinstance(alone, Verified)


def die_or_answer(size: int) -> bytes:
    """Without a size it dies, as of a lack of memory."""
    if not size:
        os.kill(os.getpid(), signal.SIGKILL)
    return bytes(size)


def test_when_one_of_them_dies_the_others_are_not_waited_for_for_ever() -> None:
    with pytest.raises(BrokenProcessPool), _processes(2) as map_:
        list(map_(die_or_answer, [500_000, 0, 500_000]))


def test_what_was_never_an_archive_has_nothing_wrong(tmp_path: Path) -> None:
    with OpenCatalog("sqlite://") as catalog:
        assert verify(tmp_path / "none", catalog.engine, workers=1, alone=True) == Verified(0, 0, ())


def edit(archive: Archive, path: str, old: str = "责", new: str = "") -> None:
    file = archive.folder / path
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace(old, new) if old in text else f"{text}\nmore\n", encoding="utf-8")


def unlink(archive: Archive, path: str) -> None:
    (archive.folder / path).unlink()


def copy(archive: Archive, path: str, to: str) -> None:
    file = archive.folder / to
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes((archive.folder / path).read_bytes())


def write(archive: Archive, path: str, content: bytes = b"") -> None:
    (archive.folder / path).write_bytes(content)


UPPER = ONE.replace("naaaaaa", "NAAAAAA")
ELSEWHERE = ONE.replace("/03/04/", "/03/05/")
DAMAGES: dict[str, tuple[Callable[[Archive], None], list[tuple[str, str]]]] = {
    "a post changed by hand": (lambda archive: edit(archive, ONE), [("changed", ONE)]),
    "a post without a key": (
        lambda archive: edit(archive, ONE, "comments: false\n"),
        [("changed", ONE), ("wrong_schema", ONE)],
    ),
    "a post that is no text": (
        lambda archive: write(archive, ONE, b"---\xff\n"),
        [("changed", ONE), ("unreadable", ONE)],
    ),
    "an empty post": (lambda archive: write(archive, ONE), [("changed", ONE), ("unreadable", ONE)]),
    "a missing post": (lambda archive: unlink(archive, ONE), [("missing", ONE)]),
    "a post that the catalog doesn't know": (
        lambda archive: archive.rows("delete from articles where path = ?", TWO) and None,
        [("unknown", TWO)],
    ),
    "an article in two places": (
        lambda archive: copy(archive, ONE, ELSEWHERE),
        [("near_duplicate", ELSEWHERE), ("wrong_schema", ELSEWHERE)],
    ),
    "paths that differ in case only": (lambda archive: copy(archive, ONE, UPPER), [("near_duplicate", UPPER)]),
    "a stranger among the posts": (
        lambda archive: write(archive, "posts/notes.txt"),
        [("unknown", "posts/notes.txt")],
    ),
    "a stranger among the captures": (
        lambda archive: write(archive, "captures/notes.txt"),
        [("unknown", "captures/notes.txt")],
    ),
    "half a post": (
        lambda archive: write(archive, "posts/2024/.x.md.abc.tmp"),
        [("temporary", "posts/2024/.x.md.abc.tmp")],
    ),
    "half a report": (lambda archive: write(archive, "reports/.x.tmp"), [("temporary", "reports/.x.tmp")]),
    "captures left open": (
        lambda archive: copy(archive, f"captures/{capture(archive).name}", "captures/late.warc.gz.open"),
        [("temporary", "captures/late.warc.gz.open")],
    ),
}


@pytest.mark.parametrize(("damage", "named"), DAMAGES.values(), ids=DAMAGES)
def test_each_damage_is_named(
    archive: Archive, damage: Callable[[Archive], None], named: list[tuple[str, str]]
) -> None:
    damage(archive)
    assert kinds(archive) == named


def test_posts_and_captures_in_no_manifest_are_named(archive: Archive) -> None:
    unlink(archive, "manifests/2024-03-05.txt")
    captures = [f"captures/{capture(archive, number).name}" for number in range(2)]
    assert kinds(archive) == [("unlisted", path) for path in (*captures, ONE, TWO, THREE)]


def damage_capture(archive: Archive, change: Callable[[bytes], bytes]) -> str:
    path = capture(archive)
    path.write_bytes(change(path.read_bytes()))
    return f"captures/{path.name}"


def test_a_capture_cut_off_is_truncated_and_tampered_with_and_its_revision_is_lost(archive: Archive) -> None:
    file, offset = archive.rows("select capture_file, capture_offset from revisions order by capture_offset desc")[0]
    where = damage_capture(archive, lambda content: content[: offset + 20])
    present = problems(archive)
    assert {("truncated", where), ("tampered", where)} <= {(problem.kind, problem.where) for problem in present}
    (lost,) = [problem for problem in present if problem.kind == "lost_capture"]
    assert f"captures/{file} at {offset}" in lost.what


def test_a_changed_payload_has_a_bad_digest(archive: Archive) -> None:
    write(archive, "captures/x.warc.gz", gzip.compress(record(http(b"a")).replace(b"\r\n\r\na", b"\r\n\r\nb")))
    of_file = [problem for problem in problems(archive) if problem.where == "captures/x.warc.gz"]
    assert [problem.kind for problem in of_file] == ["bad_digest", "unlisted"]
    assert of_file[0].what.startswith("at 0: https://")


def test_a_file_that_is_no_warc_is_named(archive: Archive) -> None:
    where = damage_capture(archive, lambda content: b"x" * len(content))
    assert ("no_record", where) in kinds(archive)


def test_a_missing_warc_is_named_with_its_revisions_and_what_refers_to_it(archive: Archive) -> None:
    name = capture(archive).name
    unlink(archive, f"captures/{name}")
    present = kinds(archive)
    lost = [where for kind, where in present if kind == "lost_capture"]
    assert lost == [f"{Path(path).stem}:1" for path in (ONE, TWO, THREE)]
    assert ("missing", f"captures/{name}") in present
    assert {where for kind, where in present if kind == "lost_payload"} == {f"captures/{capture(archive).name}"}


def test_a_revisit_of_a_payload_that_is_there_is_fine(archive: Archive) -> None:
    save(archive.folder / "captures/x.warc.gz", [record(http(b"a")), revisit(b"a", "2024-03-02T04:00:00Z")])
    assert kinds(archive) == [("unlisted", "captures/x.warc.gz")]


@pytest.mark.parametrize(
    ("values", "kind"),
    [("capture_offset = 1", "lost_capture"), ("capture_length = 1", "lost_capture"),
     ("(capture_offset, capture_length) = (select capture_offset, capture_length from revisions order by doc_id desc)",
      "wrong_capture")],
    ids=["no record there", "a record of another length", "the record of another article"],
)  # fmt: skip
def test_a_revision_whose_capture_is_not_where_the_catalog_says(archive: Archive, values: str, kind: str) -> None:
    doc_id = Path(ONE).stem
    archive.rows(f"update revisions set {values} where doc_id = ?", doc_id)
    assert kinds(archive) == [(kind, f"{doc_id}:1")]


@pytest.mark.parametrize(
    ("page", "headers"),
    [(gzip.compress(b"<p>text</p>" * 99)[:-30], {"Content-Encoding": "gzip"}), (b"<p>te", {"Content-Length": "99"})],
    ids=["of an earlier version, which read a stream without its end", "fewer bytes than its head says"],
)
def test_a_post_that_stands_on_a_capture_that_is_not_whole_is_named(
    archive: Archive, page: bytes, headers: dict[str, str]
) -> None:
    doc_id = stand_on(archive, ONE, page, **headers)
    named = [problem for problem in problems(archive) if problem.kind == "truncated_capture"]
    assert [problem.where for problem in named] == [f"{doc_id}:1"]
    assert "captures/x.warc.gz at 0 was not received to its end" in named[0].what


def test_a_capture_under_an_alias_of_the_article_is_its_capture(archive: Archive) -> None:
    archive.rows("update revisions set (capture_offset, capture_length) = "
                 "(select capture_offset, capture_length from revisions order by doc_id desc) where doc_id = ?",
                 Path(ONE).stem)  # fmt: skip
    archive.rows("update aliases set doc_id = ? where doc_id = ?", Path(ONE).stem, Path(THREE).stem)
    assert kinds(archive) == []


def test_what_a_run_is_writing_is_no_leftover(archive: Archive) -> None:
    young, old = (archive.folder / f"posts/.{name}.tmp" for name in ("young", "old"))
    young.touch(), old.touch()
    os.utime(old, (time.time() - 3600,) * 2)
    unfinished = archive.folder / "captures/late.warc.gz.open"
    with unfinished.open("wb") as file, OpenCatalog(f"sqlite:///{archive.folder / 'catalog.db'}") as catalog:
        fcntl.flock(file, fcntl.LOCK_EX)
        verified = verify(archive.folder, catalog.engine, workers=1, alone=False)
    assert verified.problems == (Problem("temporary", "posts/.old.tmp", "a write that was not finished"),)
