"""What was written on each day is listed by its sha256, and no day can be changed without the days after it."""

import hashlib
import re
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crawler.archive.storage import Folder
from crawler.integrity import verification
from crawler.integrity.check_captures import WarcPart
from crawler.integrity.manifest import Manifest, enter, enter_new, manifest_files
from crawler.integrity.repair import Repair
from crawler.integrity.roots import ROOTS
from crawler.warc.reader import WarcFile
from crawler.warc.writer import left_open
from tests.support.archived import CAPTURING, ONE, capture, copy_of, kinds, problems
from tests.support.archives import Archive
from tests.support.catalogs import OpenCatalog, open_archive
from tests.support.sites import stories, story

DAY = timedelta(days=1)
MARCH_5 = datetime(2024, 3, 5, 12, tzinfo=UTC)
A, B = "a" * 64, "b" * 64


def manifests(archive: Archive) -> list[Manifest]:
    return [Manifest.load(path) for path in manifest_files(archive.folder)]


def texts(archive: Archive) -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in manifest_files(archive.folder)}


@pytest.fixture(scope="module")
def three_days(whole: Archive, tmp_path_factory: pytest.TempPathFactory) -> Archive:
    """The second day brings a post, the third a revision of one of the first day's. Not to be changed."""
    archive = copy_of(whole, tmp_path_factory.mktemp("days"))
    for news in (story(4), story(1).edited("改过的第一段。", 3 * DAY)):
        archive.site.add(news)
        assert archive.run(after=DAY, settings=CAPTURING).status == 0
    return archive


@pytest.fixture
def days(three_days: Archive, tmp_path: Path) -> Archive:
    """A copy of the archive of three days, to be changed."""
    return copy_of(three_days, tmp_path)


def test_a_manifest_lists_posts_and_captures_sorted_below_a_comment(whole: Archive) -> None:
    first, *lines = texts(whole)["2024-03-05.txt"].splitlines()
    assert first == "# previous none"
    paths = [line[66:] for line in lines]
    assert paths == sorted(paths)
    assert set(paths) == {*(f"captures/{capture(whole, n).name}" for n in range(2)),
                          *(f"posts/2024/03/04/{news.doc_id}.md" for news in stories(3))}  # fmt: skip
    for line in lines:
        assert hashlib.sha256((whole.folder / line[66:]).read_bytes()).hexdigest() == line[:64]


def test_sha256sum_checks_it(whole: Archive) -> None:
    done = subprocess.run(["sha256sum", "-c", "--strict", "manifests/2024-03-05.txt"],
                          cwd=whole.folder, capture_output=True, text=True, timeout=60)  # fmt: skip
    assert (done.returncode, done.stdout.count(": OK\n"), done.stderr) == (0, 5, "")


def test_each_day_names_the_day_before_and_its_hash(days: Archive) -> None:
    first, second, third = manifests(days)
    assert (first.name, second.name, third.name) == ("2024-03-05.txt", "2024-03-06.txt", "2024-03-07.txt")
    assert first.previous is None
    for manifest, before in ((second, first), (third, second)):
        content = (days.folder / "manifests" / before.name).read_bytes()
        assert manifest.previous == (hashlib.sha256(content).hexdigest(), before.name)


def test_an_archive_of_before_there_were_roots_is_whole(days: Archive) -> None:
    (days.folder / ROOTS).unlink()
    assert kinds(days) == []


def test_a_revision_is_listed_on_the_day_it_was_written_and_is_no_tampering(days: Archive) -> None:
    first, second, third = manifests(days)
    assert ONE in first.hashes
    assert ONE not in second.hashes
    assert third.hashes[ONE] not in ("", first.hashes[ONE])
    assert {path for path in second.hashes if path.startswith("posts/")} == {f"posts/2024/03/04/{story(4).doc_id}.md"}
    assert kinds(days) == []


def test_a_run_with_nothing_new_leaves_the_manifests_alone(archive: Archive) -> None:
    before = texts(archive)
    for after in (timedelta(minutes=5), DAY):
        assert archive.run(after=after).status == 0
    assert texts(archive) == before


def test_what_a_killed_run_wrote_is_listed_by_the_next_one(archive: Archive) -> None:
    written = texts(archive)
    (archive.folder / "manifests/2024-03-05.txt").unlink()  # as if both runs had been killed before their end
    assert archive.run(after=DAY).status == 0
    assert texts(archive) == {"2024-03-06.txt": written["2024-03-05.txt"]}


def test_a_later_run_never_lists_again_what_was_tampered_with(archive: Archive) -> None:
    (archive.folder / ONE).write_bytes(b"other")
    capture(archive).write_bytes(b"other")
    before = manifests(archive)[0].hashes
    assert archive.run(after=DAY, settings=CAPTURING).status == 0
    assert not manifests(archive)[1].hashes.keys() & before.keys()


def records_of_one_more_run(archive: Archive) -> tuple[Path, bytes, bytes]:
    """The last WARC, what it held before, and after a run that went on in it."""
    last = capture(archive, -1)
    before = last.read_bytes()
    assert archive.run(settings=CAPTURING).status == 0
    return last, before, last.read_bytes()


def test_a_run_goes_on_in_the_last_capture_of_its_day_and_the_manifest_stays_one(archive: Archive) -> None:
    files = sorted((archive.folder / "captures").iterdir())
    last, before, after = records_of_one_more_run(archive)
    assert sorted((archive.folder / "captures").iterdir()) == files
    assert after.startswith(before)
    assert len(after) > len(before)
    (manifest,) = manifests(archive)
    assert manifest.hashes[f"captures/{last.name}"] == hashlib.sha256(after).hexdigest()
    assert kinds(archive) == []


def test_what_was_appended_by_a_run_that_was_killed_then_is_unlisted_until_the_next_one(archive: Archive) -> None:
    newest = manifest_files(archive.folder)[-1]
    listed = newest.read_bytes()
    last, before, after = records_of_one_more_run(archive)
    newest.write_bytes(listed)
    assert kinds(archive) == [("unlisted", f"captures/{last.name}")]
    archive.rows("insert into unlisted values (?)", f"captures/{last.name}")  # as it is before anything is appended
    assert archive.run(after=DAY, settings=CAPTURING).status == 0
    assert manifests(archive)[-1].hashes[f"captures/{last.name}"] == hashlib.sha256(after).hexdigest()
    assert after.startswith(before)
    assert kinds(archive) == []
    assert sum(f"captures/{last.name}" in manifest.hashes for manifest in manifests(archive)) == 1


def test_a_capture_in_which_a_run_was_killed_is_left_open_and_its_repair_enters_it(archive: Archive) -> None:
    newest = manifest_files(archive.folder)[-1]
    listed = newest.read_bytes()
    last, _, after = records_of_one_more_run(archive)
    newest.write_bytes(listed)
    last.rename(last.with_name(f"{last.name}.open")).write_bytes(after + after[:50])
    assert kinds(archive) == [("temporary", f"captures/{last.name}.open")]
    with open_archive(archive.folder) as opened:
        Repair(opened, archive.at + DAY).mend(problems(archive))
    assert last.read_bytes() == after
    assert [manifest.hashes.get(f"captures/{last.name}") for manifest in manifests(archive)] == [
        hashlib.sha256(after).hexdigest()
    ]
    assert kinds(archive) == []


def test_a_capture_that_a_run_goes_on_in_while_it_is_verified_is_right(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = verification.read_part

    def read_before_a_run(warc: WarcFile, start: int, most: int, run: str) -> WarcPart:
        part = read(warc, start, most, run)
        if warc.name == capture(archive, -1).name:
            assert archive.run(settings=CAPTURING).status == 0
        return part

    monkeypatch.setattr(verification, "read_part", read_before_a_run)
    assert kinds(archive) == []


def test_what_began_otherwise_is_no_continuation(archive: Archive) -> None:
    newest = manifest_files(archive.folder)[-1]
    listed = newest.read_bytes()
    last, before, after = records_of_one_more_run(archive)
    newest.write_bytes(listed)
    last.write_bytes(before[:-9] + b"x" + before[-8:] + after[len(before) :])
    assert ("tampered", f"captures/{last.name}") in kinds(archive)
    archive.rows("insert into unlisted values (?)", f"captures/{last.name}")
    assert archive.run(settings=CAPTURING).status == 0
    assert ("tampered", f"captures/{last.name}") in kinds(archive)
    assert capture(archive, -1) != last  # and nothing more is appended to it


TAMPERING: dict[str, tuple[Callable[[Path], object], list[tuple[str, str]]]] = {
    "another hash": (
        lambda path: path.write_text(re.sub(r"\w{64}(?=  posts)", A, path.read_text()), encoding="utf-8"),
        [("broken_chain", "manifests/2024-03-06.txt"), ("wrong_root", "manifests/2024-03-06.txt")],
    ),
    "a line less": (
        lambda path: path.write_text("".join(path.read_text().splitlines(keepends=True)[:-1]), encoding="utf-8"),
        [("broken_chain", "manifests/2024-03-06.txt"), ("wrong_root", "manifests/2024-03-06.txt")],
    ),
    "no manifest": (Path.unlink, [("broken_chain", "manifests/2024-03-06.txt")]),
    "no list": (
        lambda path: path.write_bytes(b"\xff\n"),
        [(kind, "manifests/2024-03-06.txt") for kind in ("bad_manifest", "broken_chain", "wrong_root")],
    ),
}


@pytest.mark.parametrize(("tamper", "named"), TAMPERING.values(), ids=TAMPERING)
def test_a_middle_day_that_was_tampered_with_is_seen(
    days: Archive, tamper: Callable[[Path], object], named: list[tuple[str, str]]
) -> None:
    tamper(days.folder / "manifests/2024-03-06.txt")
    broken = [(kind, where) for kind, where in kinds(days) if where.startswith("manifests/")]
    assert set(broken) == set(named)


def test_a_day_slipped_in_before_the_first_is_seen(days: Archive) -> None:
    (days.folder / "manifests/2024-03-01.txt").write_text("# previous none\n", encoding="utf-8")
    assert kinds(days) == [
        ("broken_chain", "manifests/2024-03-05.txt"),
        ("no_root", "manifests/2024-03-01.txt"),
        ("wrong_root", "manifests/2024-03-05.txt"),
    ]


def test_a_post_and_a_catalog_that_were_changed_together_are_seen(archive: Archive) -> None:
    post = archive.folder / ONE
    post.write_text(post.read_text(encoding="utf-8").replace("海岑", "别处"), encoding="utf-8")
    post.write_bytes(post.read_bytes().replace(b"---\n\n", b"---\n\nx", 1))
    sha256 = hashlib.sha256(post.read_bytes()).hexdigest()
    archive.rows("update articles set file_hash = ? where path = ?", sha256, ONE)
    assert kinds(archive) == [("tampered", ONE), ("wrong_row", f"articles {Path(ONE).stem}")]


def test_a_capture_that_was_entered_twice_with_different_hashes_is_seen(days: Archive) -> None:
    path = f"captures/{capture(days).name}"
    right = manifests(days)[0].hashes[path]
    newest = days.folder / "manifests/2024-03-07.txt"
    for sha256 in (right, A):
        assert kinds(days) == []
        newest.write_text(newest.read_text().replace("\n", f"\n{sha256}  {path}\n", 1), encoding="utf-8")
    assert set(kinds(days)) == {("tampered", path)}


def test_a_file_that_a_manifest_lists_and_nothing_else_knows_is_missing(archive: Archive) -> None:
    enter(Folder(archive.folder), {"captures/lost.warc.gz": A}, archive.at)
    assert kinds(archive) == [("missing", "captures/lost.warc.gz")]


def test_the_day_is_that_of_utc(tmp_path: Path) -> None:
    path = enter(Folder(tmp_path), {"posts/a.md": A}, datetime.fromisoformat("2024-03-06T07:59:59+08:00"))
    assert path == "manifests/2024-03-05.txt"


def test_today_is_added_to_and_a_later_entry_of_a_path_counts(tmp_path: Path) -> None:
    enter(Folder(tmp_path), {"posts/b.md": A}, MARCH_5)
    enter(Folder(tmp_path), {"posts/a.md": A, "posts/b.md": B}, MARCH_5)
    (path,) = manifest_files(tmp_path)
    assert path.read_text(encoding="utf-8") == f"# previous none\n{A}  posts/a.md\n{B}  posts/b.md\n"


def test_what_is_listed_already_is_not_written_again(tmp_path: Path) -> None:
    assert enter(Folder(tmp_path), {"posts/a.md": A}, MARCH_5)
    assert enter(Folder(tmp_path), {"posts/a.md": A}, MARCH_5) is None
    assert enter(Folder(tmp_path), {}, MARCH_5 + DAY) is None
    assert len(manifest_files(tmp_path)) == 1


def test_a_closed_day_is_never_written_again_whatever_the_clock_says(tmp_path: Path) -> None:
    enter(Folder(tmp_path), {"posts/a.md": A}, MARCH_5)
    enter(Folder(tmp_path), {"posts/b.md": A}, MARCH_5 + DAY)
    closed = (tmp_path / "manifests/2024-03-05.txt").read_bytes()
    assert enter(Folder(tmp_path), {"posts/c.md": A}, MARCH_5) == "manifests/2024-03-06.txt"
    assert (tmp_path / "manifests/2024-03-05.txt").read_bytes() == closed


def test_what_was_written_while_the_clock_was_a_day_behind_is_listed(archive: Archive) -> None:
    archive.site.add(story(4))
    assert archive.run(after=-2 * DAY, settings=CAPTURING).status == 0
    listed = manifests(archive)[-1].hashes
    assert f"posts/2024/03/04/{story(4).doc_id}.md" in listed
    assert f"captures/{capture(archive).name}" in listed  # by its name the oldest
    assert kinds(archive) == []


def test_so_is_what_a_run_wrote_that_was_killed_or_refused_its_manifest_then(archive: Archive) -> None:
    archive.site.add(story(4))
    written = archive.folder / "manifests"
    written.rename(archive.folder / "elsewhere")
    written.write_text("")  # no folder
    assert archive.run(after=-2 * DAY, settings=CAPTURING).status == 13
    written.unlink()
    (archive.folder / "elsewhere").rename(written)
    late = capture(archive)
    late.rename(late.with_name(f"{late.name}.open"))  # as if it had been killed before
    archive.rows("delete from unlisted where path like 'captures/%'")
    assert kinds(archive) != []
    assert archive.run(after=3 * DAY, settings=CAPTURING).status == 0
    assert archive.rows("select * from unlisted") == []
    assert kinds(archive) == []


def test_nothing_is_listed_twice(archive: Archive) -> None:
    archive.site.add(story(4))
    for after in (DAY, DAY, DAY):
        assert archive.run(after=after, settings=CAPTURING).status == 0
    entered = [path for manifest in manifests(archive) for path in manifest.hashes]
    assert len(entered) == len(set(entered))


def test_of_old_captures_the_names_are_read_and_nothing_else(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(100):
        (archive.folder / f"captures/20200101T{number:06}Z-1-00000.warc.gz").write_bytes(b"x")
    looks = []
    lstat = Path.lstat
    monkeypatch.setattr(Path, "lstat", lambda path: (looks.append(path), lstat(path))[1])
    with OpenCatalog(f"sqlite:///{archive.folder / 'catalog.db'}") as catalog:
        assert enter_new(Folder(archive.folder), catalog.engine, MARCH_5) is None
    assert left_open(archive.folder / "captures") == []
    assert len(looks) < 100
