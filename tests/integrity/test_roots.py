"""Each closed day has a root, made of its manifest and the root before; a day that has one is closed."""

from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest

from crawler.archive.storage import Folder
from crawler.integrity.manifest import enter, manifest_files
from crawler.integrity.merkle import merkle_root
from crawler.integrity.roots import ROOTS, close_days, day_root, parse_roots, read_roots

DAY = timedelta(days=1)
MARCH_5 = datetime(2024, 3, 5, 12, tzinfo=UTC)
DAYS = ("2024-03-05", "2024-03-06", "2024-03-07")
A, B = "a" * 64, "b" * 64


@pytest.fixture
def storage(tmp_path: Path) -> Folder:
    """Three days; the last is open."""
    folder = Folder(tmp_path)
    for number, name in enumerate("abc"):
        enter(folder, {f"posts/{name}.md": A, f"posts/{name}{name}.md": B}, MARCH_5 + number * DAY)
    return folder


def test_a_new_day_gives_the_days_before_it_their_roots(storage: Folder) -> None:
    assert tuple(read_roots(storage)) == DAYS[:2]


def test_a_root_is_that_of_the_day_the_root_before_it_and_the_lines(storage: Folder) -> None:
    first = merkle_root([b"# day 2024-03-05 after none", f"{A}  posts/a.md".encode(), f"{B}  posts/aa.md".encode()])
    head = f"# day 2024-03-06 after 2024-03-05 {first.hex()}".encode()
    second = merkle_root([head, f"{A}  posts/b.md".encode(), f"{B}  posts/bb.md".encode()])
    expected = f"2024-03-05 {first.hex()}\n2024-03-06 {second.hex()}\n"
    assert storage.read(ROOTS) == expected.encode()


def test_manifests_stay_as_they_were_before_there_were_roots(storage: Folder) -> None:
    contents = [path.read_bytes() for path in manifest_files(storage.root)]
    (storage.root / ROOTS).unlink()
    assert [path.read_bytes() for path in manifest_files(storage.root)] == contents
    enter(storage, {"posts/d.md": A}, MARCH_5 + 3 * DAY)
    assert tuple(read_roots(storage)) == DAYS, "an archive of before gets the roots of all its days"


def test_the_first_line_of_a_manifest_is_not_in_its_root() -> None:
    line = f"{A}  posts/a.md\n".encode()
    roots = {day_root(DAYS[0], None, BytesIO(head + line)) for head in (b"# previous none\n", b"# packed\n")}
    assert len(roots) == 1


def test_a_line_that_is_none_is_in_its_root_too() -> None:
    first, line = b"# previous none\n", f"{A}  posts/a.md\n".encode()
    contents = (first + line, first + line + b"\xff\n", first + line + b"\n", first)
    assert len({day_root(DAYS[0], None, BytesIO(content)) for content in contents}) == len(contents)


def test_a_missing_root_comes_again_and_the_others_stay(storage: Folder) -> None:
    close_days(storage, DAYS)
    whole = storage.read(ROOTS)
    assert whole
    storage.write(ROOTS, b"".join(whole.splitlines(keepends=True)[::2]) + b"no line of it\n")
    close_days(storage, DAYS)
    assert storage.read(ROOTS) == whole


def test_a_day_that_has_its_root_is_not_written_again_when_the_clock_goes_back(storage: Folder) -> None:
    close_days(storage, DAYS)
    closed = (storage.root / f"manifests/{DAYS[-1]}.txt").read_bytes()
    assert enter(storage, {"posts/d.md": A}, MARCH_5) == "manifests/2024-03-08.txt"
    assert (storage.root / f"manifests/{DAYS[-1]}.txt").read_bytes() == closed


@pytest.mark.parametrize("line", ["2024-02-30 " + A, "2024-03-05  " + A, "2024-03-05 " + A[1:], A, "", "\u2028x"])
def test_what_is_no_day_with_a_root_is_named(line: str) -> None:
    good = f"2024-03-05 {B}\n"
    assert parse_roots((good + line + "\n").encode()) == ({"2024-03-05": B}, [line])


def test_a_root_of_a_day_without_a_manifest_closes_nothing(storage: Folder) -> None:
    storage.write(ROOTS, f"9999-12-31 {A}\n".encode())
    assert enter(storage, {"posts/d.md": A}, MARCH_5 + 3 * DAY) == "manifests/2024-03-08.txt"
