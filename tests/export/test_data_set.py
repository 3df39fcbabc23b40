"""A data set is a folder of months, of which only those that changed are written again."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pyarrow.parquet
import pytest
import yaml

from crawler.completeness.completeness import Completeness
from crawler.completeness.estimate import Estimate
from crawler.export import data_set
from crawler.export.columns import COLUMNS
from crawler.export.data_card import data_card
from crawler.export.data_set import MARK, Month, NotOurs, write_data_set
from crawler.export.rows import RowFilter

FIRST = datetime(2024, 1, 31, 15, 59, 59, tzinfo=UTC)  # in Beijing the last second of January


def row(at: datetime, text: str = "甲") -> dict[str, Any]:
    empty: dict[str, Any] = dict.fromkeys(column.name for column in COLUMNS)
    return empty | {"doc_id": f"{at:%d%H%M%S}", "date": at, "text": text, "characters": len(text), "title": "题"}


ROWS = [row(FIRST), row(FIRST + timedelta(seconds=1)), row(FIRST + timedelta(days=40), "乙丙")]
FILES = ["README.md", "data/2024-01.parquet", "data/2024-02.parquet", "data/2024-03.parquet"]


def card(months: Any) -> str:
    return f"{MARK}\n{sum(month.rows for month in months)}\n"


@dataclass(frozen=True)
class Contents:
    """Each file with its bytes, and what would differ if it were written again."""

    files: dict[str, tuple[bytes, int, int]]

    @classmethod
    def of(cls, folder: Path) -> "Contents":
        paths = sorted(path for path in folder.rglob("*") if path.is_file())
        return cls({str(path.relative_to(folder)): (path.read_bytes(), path.stat().st_ino, path.stat().st_mtime_ns)
                    for path in paths})  # fmt: skip


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "news"
    write_data_set(ROWS, folder, card)
    return folder


def test_a_file_a_month_of_beijing_and_a_card(folder: Path) -> None:
    assert list(Contents.of(folder).files) == FILES
    tables = [pyarrow.parquet.read_table(folder / name) for name in FILES[1:]]
    assert [table["date"].to_pylist() for table in tables] == [[each["date"]] for each in ROWS]
    assert names(folder) == {"README.md", "data"}


def test_what_is_written_is_said(tmp_path: Path) -> None:
    months, changed = write_data_set(ROWS, tmp_path / "new", card)
    assert months == [Month("2024-01", 1, 1, 0), Month("2024-02", 1, 1, 0), Month("2024-03", 1, 2, 0)]
    assert sorted(changed) == FILES


def test_only_months_that_changed_are_written_again(folder: Path) -> None:
    before = Contents.of(folder)
    assert write_data_set(ROWS, folder, card)[1] == []
    assert Contents.of(folder) == before
    _, changed = write_data_set([*ROWS[:2], row(ROWS[2]["date"], "丁")], folder, card)
    assert changed == ["data/2024-03.parquet"]
    after = Contents.of(folder)
    assert {name for name in FILES if after.files[name] != before.files[name]} == {"data/2024-03.parquet"}
    shutil.copy(folder / FILES[1], folder / FILES[2])
    assert write_data_set([*ROWS[:2], row(ROWS[2]["date"], "丁")], folder, card)[1] == [FILES[2]]


def test_rows_are_in_groups_that_can_be_read_by_themselves(tmp_path: Path) -> None:
    rows = [row(FIRST + timedelta(minutes=minute)) for minute in range(1, 2_501)]
    write_data_set(rows, tmp_path / "news", card)
    file = pyarrow.parquet.ParquetFile(tmp_path / "news/data/2024-02.parquet")
    column = file.schema_arrow.names.index("date")
    bounds = [file.metadata.row_group(group).column(column).statistics for group in range(file.num_row_groups)]
    assert [file.metadata.row_group(group).num_rows for group in range(file.num_row_groups)] == [1_000, 1_000, 500]
    assert all(first.max < second.min for first, second in pairwise(bounds))


@pytest.mark.parametrize(
    "name", ["notes.txt", "data/2024-01.csv", "data/all.parquet", "data/more/2024-01.parquet", "2024-01.parquet"]
)
def test_a_file_of_someone_else_is_named_and_nothing_is_written(folder: Path, name: str) -> None:
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_text("mine")
    before = Contents.of(folder)

    def unread() -> Iterator[dict[str, Any]]:
        raise AssertionError("it is known before a row is read")
        yield

    with pytest.raises(NotOurs, match=str(folder / "/".join(name.split("/")[:2]))):
        write_data_set(unread(), folder, card)
    assert Contents.of(folder) == before


def test_a_card_of_someone_else_and_a_link_are_no_parts(folder: Path) -> None:
    (folder / "README.md").write_text("# Mine\n")
    with pytest.raises(NotOurs, match=r"README\.md: not of a data set"):
        write_data_set(ROWS, folder, card)
    (folder / "README.md").write_text(card([]))
    (folder / "data").rename(folder.parent / "elsewhere")
    (folder / "data").symlink_to(folder.parent / "elsewhere")
    with pytest.raises(NotOurs, match="data: not of a data set"):
        write_data_set(ROWS, folder, card)


def test_a_month_without_rows_now_is_named_and_stays(folder: Path) -> None:
    before = Contents.of(folder)
    with pytest.raises(NotOurs, match=r"2024-01\.parquet: a month without rows now"):
        write_data_set(ROWS[1:], folder, card)
    assert Contents.of(folder) == before


def test_a_git_checkout_stays_one(folder: Path) -> None:
    (folder / ".git").mkdir()
    (folder / ".gitattributes").write_text("*.parquet filter=lfs\n")
    assert write_data_set(ROWS, folder, card)[1] == []
    assert {".git", ".gitattributes"} <= names(folder)


@pytest.mark.parametrize("failure", [OSError("disk full"), KeyboardInterrupt()], ids=["error", "interrupt"])
def test_a_failure_leaves_the_folder_as_it_was(folder: Path, tmp_path: Path, failure: BaseException) -> None:
    def broken() -> Iterator[dict[str, Any]]:
        yield from (row(each["date"], "其他") for each in ROWS[:2])
        raise failure

    before = Contents.of(folder)
    for place in (folder, tmp_path / "not there yet"):
        with pytest.raises(type(failure)):
            write_data_set(broken(), place, card)
    assert Contents.of(folder) == before
    assert names(tmp_path) == {"news"}


def test_what_a_killed_run_left_is_taken_away(folder: Path) -> None:
    (folder / data_set._STAGING / "data").mkdir(parents=True)
    (folder / data_set._STAGING / "data/2024-01.parquet").write_text("half")
    before = {name: Contents.of(folder).files[name] for name in FILES}
    assert write_data_set(ROWS, folder, card)[1] == []
    assert Contents.of(folder).files == before


def test_no_rows_are_no_data_set(tmp_path: Path) -> None:
    assert write_data_set([], tmp_path / "news", card) == ([], [])
    assert not (tmp_path / "news").exists()


def test_the_card_is_the_hubs_and_says_what_is_in_it() -> None:
    months = [Month("2024-02", 900, 5_000, 1), Month("2024-03", 200, 700, 0)]
    known = Completeness("1686", "2024-03", 210, {}, {}, Estimate("estimate", ("a", "b"), "", 12, 8, 20))
    other = Completeness("1686", "2023-01", 9, {}, {}, Estimate("cannot_say", reason="one_witness"))
    written = data_card(months, RowFilter(), [other, known])
    head = yaml.safe_load(written.split("---\n")[1])
    (files,) = head["configs"][0]["data_files"]
    assert (files["path"], head["language"], head["size_categories"]) == ("data/*.parquet", ["zh"], ["1K<n<10K"])
    assert MARK in written
    assert "| 2024-02 | 900 | 5000 | 1 |" in written
    assert "| 2024-03 | 国内滚动 (1686) | 210 | 12 (8 to 20) |" in written
    assert "2023-01" not in written
    assert all(f"| `{column.name}` |" in written for column in COLUMNS)
    assert "an article, with its newest text." in written
    then = data_card(months, RowFilter(as_of=FIRST, every=True), [])
    assert "A row for every revision and deletion of an article, as it was known at 2024-01-31T15:59:59Z." in then


@pytest.mark.parametrize(
    ("rows", "size"), [(1, "n<1K"), (1_000, "1K<n<10K"), (99_999, "10K<n<100K"), (10**6, "1M<n<10M")]
)
def test_the_hubs_word_for_its_size(rows: int, size: str) -> None:
    assert f"- {size}\n" in data_card([Month("2024-02", rows, 0, 0)], RowFilter(), [])
