"""What years of scheduled runs leave in an archive: for each run a WARC, a report and a row, and a manifest a day."""

import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

from crawler.integrity.manifest import Manifest
from crawler.times import iso

_EVERY = timedelta(minutes=10)
_LAST = datetime(2024, 3, 1, tzinfo=UTC)


def add_runs(archive: Path, count: int) -> None:
    """Enters `count` idle runs that ended before any other; each is a copy of the last one that the archive has."""
    warc = max((archive / "captures").glob("*.warc.gz"))
    report = max((archive / "reports").glob("*.json"))
    template, digest = json.loads(report.read_text()), sha256(warc.read_bytes()).hexdigest()
    days: dict[str, dict[str, str]] = {}
    rows = []
    for started in _starts(count):
        run = f"{started:%Y%m%dT%H%M%SZ}-4711"
        ended = iso(started + timedelta(seconds=3))
        path = f"captures/{run}-00000.warc.gz"
        shutil.copyfile(warc, archive / path)
        filled = template | {"run": run, "started_at": iso(started), "ended_at": ended}
        (archive / f"reports/{run}.json").write_text(json.dumps(filled, ensure_ascii=False, indent=1) + "\n")
        days.setdefault(f"{started:%Y-%m-%d}", {})[path] = digest
        rows.append((run, iso(started), ended, "ok", json.dumps(template["counts"])))
    _write_manifests(archive / "manifests", days)
    with closing(sqlite3.connect(archive / "catalog.db")) as connection, connection:
        connection.executemany("INSERT INTO runs VALUES (?, ?, ?, ?, ?)", rows)


def _starts(count: int) -> Iterator[datetime]:
    return (_LAST - _EVERY * number for number in range(count, 0, -1))


def _write_manifests(folder: Path, days: dict[str, dict[str, str]]) -> None:
    """Chained to each other, and those that are there to the last of them."""
    present = sorted(folder.glob("*.txt"))
    hashes = days | {path.stem: Manifest.load(path).hashes for path in present}
    previous = None
    for day in sorted(hashes):
        content = Manifest(f"{day}.txt", previous, hashes[day]).dump()
        (folder / f"{day}.txt").write_bytes(content)
        previous = sha256(content).hexdigest(), f"{day}.txt"
