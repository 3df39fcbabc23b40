"""Who rewrites a day and all after it, so that everything fits, is found out by the time stamps."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from crawler.integrity.manifest import Manifest, manifest_files
from crawler.integrity.roots import ROOTS
from tests.support.authority import Authority
from tests.support.stamped import Stamped, rewrite, root_problems

DAYS = ("2024-03-05", "2024-03-06", "2024-03-07")
TOKENS = [f"manifests/{day}.tst" for day in DAYS]


def test_nothing_is_wrong_with_it_and_it_says_up_to_when_it_is_stamped(whole_stamped: Stamped) -> None:
    verified = whole_stamped.verify()
    assert verified.problems == ()
    assert verified.stamped.startswith("time-stamped up to 2024-03-07 at 20")
    assert verified.stamped.endswith("; 0 later days are not")


def test_a_manifest_lists_the_stamp_of_the_day_before_once_there_is_something_else(whole_stamped: Stamped) -> None:
    listed = {listed: path.stem for path in manifest_files(whole_stamped.folder)
              for listed in Manifest.load(path).hashes if listed.startswith("manifests/")}  # fmt: skip
    assert listed == {TOKENS[0]: DAYS[1], TOKENS[1]: DAYS[2]}
    assert whole_stamped.archive.rows("select path from unlisted") == [(TOKENS[2],)]


def test_a_run_that_finds_nothing_new_writes_no_manifest_for_a_stamp(stamped: Stamped) -> None:
    before = len(manifest_files(stamped.folder))
    for _ in range(2):
        assert stamped.archive.run().status == 0
        assert stamped.stamp() is None, "what has its stamp is not asked for again"
    assert len(manifest_files(stamped.folder)) == before


@pytest.mark.parametrize("number", range(len(DAYS)), ids=DAYS)
def test_a_day_and_all_after_it_rewritten_so_that_they_fit_is_named(stamped: Stamped, number: int) -> None:
    path = sorted(path for path in Manifest.load(manifest_files(stamped.folder)[number]).hashes if "posts/" in path)[0]
    sha256 = Manifest.load(manifest_files(stamped.folder)[number]).hashes[path]
    rewrite(stamped.folder, DAYS[number], sha256, "a" * 64)
    assert stamped.kinds() == [("wrong_token", token) for token in TOKENS[number:]]
    for token in TOKENS:
        (stamped.folder / token).unlink()
    unstamped = {problem.kind for problem in root_problems(stamped.folder, None)}
    assert unstamped == set(), "but for the tokens all fits"


def test_one_day_that_was_changed_alone_is_named_alone(stamped: Stamped) -> None:
    path = stamped.folder / f"manifests/{DAYS[0]}.txt"
    path.write_text(path.read_text("utf-8") + f"{'a' * 64}  posts/never.md\n", "utf-8")
    where = f"manifests/{DAYS[0]}.txt"
    assert stamped.kinds() == [("broken_chain", where), ("wrong_root", where)]


def test_so_is_a_line_that_was_never_written_at_the_end_of_the_newest(stamped: Stamped) -> None:
    """Nothing is chained to it, but its day is over and stamped."""
    path = stamped.folder / f"manifests/{DAYS[2]}.txt"
    path.write_text(path.read_text("utf-8") + f"{'a' * 64}  posts/never.md\n", "utf-8")
    assert stamped.kinds() == [("wrong_root", f"manifests/{DAYS[2]}.txt")]
    (stamped.folder / ROOTS).unlink()
    assert stamped.kinds() == [("wrong_token", TOKENS[2])]


def test_a_stamp_that_was_taken_away_is_missed_where_a_manifest_lists_it(stamped: Stamped) -> None:
    (stamped.folder / TOKENS[1]).unlink()
    assert stamped.kinds() == [("missing", TOKENS[1])]


def test_and_where_that_line_was_taken_out_by_the_stamps_after_it(stamped: Stamped) -> None:
    sha256 = Manifest.load(manifest_files(stamped.folder)[1]).hashes[TOKENS[0]]
    rewrite(stamped.folder, DAYS[1], f"{sha256}  {TOKENS[0]}\n", "")
    (stamped.folder / TOKENS[0]).unlink()
    assert stamped.kinds() == [("wrong_token", token) for token in TOKENS[1:]]


def test_a_last_stamp_that_was_taken_away_shows_in_what_is_said_to_be_stamped(stamped: Stamped) -> None:
    (stamped.folder / TOKENS[2]).unlink()
    verified = stamped.verify()
    assert verified.problems == ()
    assert verified.stamped.startswith("time-stamped up to 2024-03-06 at ")
    assert verified.stamped.endswith("; 1 later days are not")


def test_the_stamp_of_another_day_is_none_of_this(stamped: Stamped) -> None:
    shutil.copy(stamped.folder / TOKENS[0], stamped.folder / TOKENS[1])
    assert stamped.kinds() == [("tampered", TOKENS[1]), ("wrong_token", TOKENS[1])]


def test_the_stamps_of_a_stranger_are_none_where_roots_are_named(whole_stamped: Stamped, tmp_path: Path) -> None:
    assert whole_stamped.kinds(Authority(tmp_path / "stranger").roots) == [("wrong_token", token) for token in TOKENS]


def cut(number: int) -> Callable[[bytes], bytes]:
    return lambda content: b"".join(line for at, line in enumerate(content.splitlines(keepends=True)) if at != number)


BROKEN: dict[str, tuple[Callable[[bytes], bytes], list[tuple[str, str]]]] = {
    "none in the middle": (cut(1), [("no_root", f"manifests/{DAYS[1]}.txt")]),
    "none of the first": (cut(0), [("no_root", f"manifests/{DAYS[0]}.txt")]),
    "none of the last": (cut(2), []),  # it is made of its manifest, and its stamp fits
    "none at all": (lambda _: b"", []),
    "a line that is none": (lambda content: content + b"what?\n", [("bad_manifest", ROOTS)]),
    "bytes": (lambda content: content + b"\xff\x00\n", [("bad_manifest", ROOTS)]),
}


@pytest.mark.parametrize(("change", "named"), BROKEN.values(), ids=BROKEN)
def test_of_roots_that_are_missing_or_garbage(
    stamped: Stamped, change: Callable[[bytes], bytes], named: list[tuple[str, str]]
) -> None:
    path = stamped.folder / ROOTS
    path.write_bytes(change(path.read_bytes()))
    assert stamped.kinds() == named


def test_a_day_that_was_cut_off_at_the_end_is_missed(stamped: Stamped) -> None:
    (stamped.folder / f"manifests/{DAYS[2]}.txt").unlink()
    assert stamped.kinds() == [("missing", f"manifests/{DAYS[2]}.txt")]
