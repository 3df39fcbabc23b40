"""Rows as JSONL and as Parquet, with the columns that docs/export.md describes."""

import io
import json
import re
import sys
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa
import pyarrow.parquet
import pytest

from crawler.export.columns import COLUMNS
from crawler.export.writers import write_jsonl, write_parquet
from tests.support.crawling import ROOT

NAMES = [column.name for column in COLUMNS]
MOMENT = datetime(2021, 7, 9, 6, 20, 37, tzinfo=UTC)
VALUES = {"text": "引“号”\n🙂", "time": MOMENT, "number": 3, "truth": True, "list of text": ["甲", "乙"]}
ROW = {column.name: VALUES[column.kind] for column in COLUMNS}
EMPTY: dict[str, Any] = dict.fromkeys(NAMES)


def test_jsonl_is_an_object_a_line_with_times_in_utc() -> None:
    file = io.BytesIO()
    assert write_jsonl([ROW, EMPTY], file) == 2
    first, second = map(json.loads, file.getvalue().decode().splitlines())
    assert list(first) == NAMES
    assert first == ROW | {column.name: "2021-07-09T06:20:37Z" for column in COLUMNS if column.kind == "time"}
    assert second == EMPTY


def test_parquet_has_the_same_values_and_types() -> None:
    file = io.BytesIO()
    assert write_parquet(iter([ROW, EMPTY]), file) == 2
    table = pyarrow.parquet.read_table(file)
    assert table.to_pylist() == [ROW, EMPTY]
    assert table.schema.field("date").type == pa.timestamp("ms", tz="UTC")


@pytest.mark.parametrize("write", [write_jsonl, write_parquet])
def test_the_same_rows_give_the_same_bytes(write: Any) -> None:
    files = io.BytesIO(), io.BytesIO()
    for file in files:
        write([ROW], file)
    assert files[0].getvalue() == files[1].getvalue()


def test_parquet_without_rows_is_a_file_with_the_columns() -> None:
    file = io.BytesIO()
    assert write_parquet([], file) == 0
    table = pyarrow.parquet.read_table(file)
    assert (table.column_names, table.num_rows) == (NAMES, 0)


def test_parquet_without_pyarrow_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(ImportError, match="pip install pyarrow"):
        write_parquet([], io.BytesIO())


def test_rows_are_written_as_they_come() -> None:
    asked: list[int] = []

    def many() -> Any:
        for number in range(3_000):
            asked.append(number)
            yield EMPTY

    class Full(io.BytesIO):
        def write(self, content: Any) -> int:
            if self.tell() + len(content) > 10_000:
                raise OSError("disk full")
            return super().write(content)

    with pytest.raises(OSError, match="disk full"):
        write_jsonl(many(), Full())
    assert len(asked) < 100


def test_the_documented_columns_are_the_exported_ones() -> None:
    document = (ROOT / "docs/export.md").read_text(encoding="utf-8")
    documented = re.findall(r"^\| `(\w+)` \| ([\w ]+) \| (\*fact\* )?(.*) \|$", document, re.M)
    assert documented == [
        (column.name, column.kind, "*fact* " if column.is_fact else "", column.meaning) for column in COLUMNS
    ]
