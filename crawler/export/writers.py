"""The files that an export can be."""

import importlib
import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from itertools import islice
from typing import IO, Any

from crawler.export.columns import COLUMNS, LIST, NUMBER, TEXT, TIME, TRUTH
from crawler.times import iso

_ROW_GROUP = 1_000  # rows of a row group of a Parquet file
Rows = Iterable[Mapping[str, Any]]


def write_jsonl(rows: Rows, file: IO[bytes]) -> int:
    """Writes an object a line, UTF-8; times as ``2021-07-09T06:20:37Z``. Returns how many."""
    count = 0
    for row in rows:
        line = json.dumps(row, ensure_ascii=False, default=_json)
        file.write(line.encode() + b"\n")
        count += 1
    return count


def write_parquet(rows: Rows, file: IO[bytes]) -> int:
    """Writes times as milliseconds, UTC. Raises ImportError, saying what to install. Returns how many rows."""
    try:
        pa, parquet = importlib.import_module("pyarrow"), importlib.import_module("pyarrow.parquet")
    except ImportError as error:
        raise ImportError("Parquet needs pyarrow: pip install pyarrow") from error
    kinds = {
        TEXT: pa.string(), TIME: pa.timestamp("ms", tz="UTC"), NUMBER: pa.int32(), TRUTH: pa.bool_(),
        LIST: pa.list_(pa.string()),
    }  # fmt: skip
    schema = pa.schema([(column.name, kinds[column.kind]) for column in COLUMNS])
    count = 0
    with parquet.ParquetWriter(file, schema, compression="zstd") as writer:
        unwritten = iter(rows)
        while group := list(islice(unwritten, _ROW_GROUP)):
            writer.write_table(pa.Table.from_pylist(group, schema))
            count += len(group)
    return count


def _json(value: datetime) -> str:
    return iso(value)
