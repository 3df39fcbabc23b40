"""The WARCs of a run: named, bounded, and finished, even after a run that was killed."""

import errno
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from warcio.recordbuilder import RecordBuilder
from warcio.recordloader import ArcWarcRecord

from crawler.items import Capture
from crawler.warc.cdxj import index_of, read_index
from crawler.warc.reader import WarcFile
from crawler.warc.scan import Damage
from crawler.warc.writer import WarcWriter, finish, last_of_day, left_open
from tests.support.crawling import ROOT, environment

MiB = 2**20


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "captures"


def writer(folder: Path, most_bytes: int = MiB, run: str = "run", last: Path | None = None) -> WarcWriter:
    return WarcWriter(folder, run, most_bytes, {"software": "ours"}, last=last)


def append(writer: WarcWriter, *records: ArcWarcRecord) -> Capture:
    (capture,) = writer.append([records])
    return capture


def resource(number: int, size: int = 100) -> ArcWarcRecord:
    """A record that can't be compressed."""
    body = os.urandom(size)
    return RecordBuilder(warc_version="1.1").create_warc_record(
        f"https://finance.sina.com.cn/{number}", "resource", BytesIO(body), len(body), "text/plain"
    )


def held(path: Path) -> list[str]:
    """The last part of each record's URL, or the reason of a damage; a warcinfo is empty text."""
    records = WarcFile(path, path.name).records()
    return [record.reason if isinstance(record, Damage) else record.url.rpartition("/")[2] for record in records]


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_file_begins_with_who_wrote_it_and_has_its_name_when_it_is_closed(folder: Path) -> None:
    ours = writer(folder)
    append(ours, resource(1))
    assert names(folder) == ["run-00000.warc.gz.open"]
    ours.close()
    assert names(folder) == ["run-00000.warc.gz"]
    assert held(folder / "run-00000.warc.gz") == ["", "1"]


def test_nothing_written_leaves_no_file(folder: Path) -> None:
    writer(folder).close()
    assert not folder.exists()


def test_a_capture_is_the_place_of_the_first_record(folder: Path) -> None:
    ours = writer(folder)
    captures = [append(ours, resource(number), resource(number + 100)) for number in (1, 2)]
    for number, capture in enumerate(captures, start=1):
        assert capture.file
        assert capture.offset
        assert capture.length
        record = WarcFile(folder / capture.file, capture.file).record(capture.offset, capture.length)
        assert not isinstance(record, Damage)
        assert record.url.endswith(f"/{number}")
    ours.close()


def test_what_is_written_at_once_has_its_places_each(folder: Path) -> None:
    ours = writer(folder)
    captures = ours.append([[resource(1), resource(11)], [resource(2)], [resource(3), resource(13)]])
    for number, capture in enumerate(captures, start=1):
        assert capture.offset
        assert capture.length
        record = WarcFile(folder / str(capture.file), str(capture.file)).record(capture.offset, capture.length)
        assert not isinstance(record, Damage)
        assert record.url.endswith(f"/{number}")
    ours.close()


def test_a_file_that_is_large_enough_is_closed_and_the_next_is_begun(folder: Path) -> None:
    ours = writer(folder, most_bytes=2000)
    captures = [append(ours, resource(number, 600)) for number in range(3)]
    assert names(folder) == ["run-00000.warc.gz", "run-00001.warc.gz.open"]
    assert [capture.file for capture in captures] == ["run-00000.warc.gz", "run-00000.warc.gz", "run-00001.warc.gz"]
    ours.close()


def test_runs_of_one_name_never_share_a_file(folder: Path) -> None:
    first, second, third = writer(folder), writer(folder), writer(folder)
    files = {append(ours, resource(1)).file for ours in (first, second)}
    first.close()
    files.add(append(third, resource(1)).file)
    second.close()
    third.close()
    assert files == {f"run-0000{number}.warc.gz" for number in range(3)} == set(names(folder))


def test_many_threads_write_whole_records(folder: Path) -> None:
    ours = writer(folder, most_bytes=20_000)
    threads = [
        threading.Thread(target=lambda start=start: [append(ours, resource(start + n, 900)) for n in range(25)])
        for start in range(0, 200, 25)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    ours.close()
    numbers = [number for name in names(folder) for number in held(folder / name) if number]
    assert sorted(map(int, numbers)) == list(range(200))
    assert not [name for name in names(folder) if name.endswith(".open")]


def test_a_write_that_fails_halfway_leaves_the_file_as_it_was(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ours = writer(folder)
    append(ours, resource(1))
    write = os.write

    def half(descriptor: int, content: bytes) -> int:
        if len(content) < 300:
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(descriptor, content[:200])

    monkeypatch.setattr(os, "write", half)
    with pytest.raises(OSError, match="No space left"):
        append(ours, resource(2, 400))
    monkeypatch.undo()
    append(ours, resource(3))
    ours.close()
    assert held(folder / "run-00000.warc.gz") == ["", "1", "3"]


def test_a_disk_that_refuses_even_the_first_byte_leaves_no_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ours = writer(folder)

    def full(_descriptor: int, _content: bytes) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "write", full)
    for _ in range(2):
        with pytest.raises(OSError, match="No space left"):
            append(ours, resource(1))
    ours.close()
    assert names(folder) == []


KILLED = """
import os, sys
from tests.warc.test_writer import *
ours = writer(Path(sys.argv[1]))
for number in (1, 2):
    append(ours, resource(number))
os.kill(os.getpid(), 9)
"""


@pytest.fixture
def killed(folder: Path) -> Path:
    """What a run left that was killed after two records."""
    subprocess.run([sys.executable, "-c", KILLED, str(folder)], cwd=ROOT, env=environment(), check=False)
    return folder / "run-00000.warc.gz.open"


@pytest.mark.parametrize(
    ("spoil", "expected"),
    [
        (lambda content: content, ["", "1", "2"]),
        (lambda content: content[:-20], ["", "1"]),
        (lambda content: content + content[:100], ["", "1", "2"]),
        (lambda content: content + b"\0" * 5000, ["", "1", "2"]),
        (lambda content: content[:50] + b"\0" * 9 + content[59:], ["1", "2"]),
    ],
    ids=["whole", "a half record", "a half record more", "zeros, after a power cut", "spoilt at the start"],
)
def test_a_killed_run_s_file_is_finished_and_loses_no_record(
    killed: Path, spoil: Callable[[bytes], bytes], expected: list[str]
) -> None:
    killed.write_bytes(spoil(killed.read_bytes()))
    assert left_open(killed.parent) == [killed]
    assert finish(killed) == killed.with_suffix("")
    assert names(killed.parent) == ["run-00000.warc.gz"]
    assert [record for record in held(killed.with_suffix("")) if record != "bad_gzip"] == expected


def test_a_killed_run_s_file_can_be_read_before_it_is_finished(killed: Path) -> None:
    assert held(killed) == ["", "1", "2"]


def test_a_file_without_a_whole_record_is_taken_away(folder: Path) -> None:
    folder.mkdir()
    unfinished = folder / "run-00000.warc.gz.open"
    unfinished.write_bytes(b"\x1f\x8b\x08")
    assert finish(unfinished) is None
    assert names(folder) == []


def test_a_file_that_another_run_writes_is_left_alone(folder: Path) -> None:
    ours = writer(folder)
    append(ours, resource(1))
    assert [finish(unfinished) for unfinished in left_open(folder)] == [None]
    append(ours, resource(2))
    ours.close()
    assert held(folder / "run-00000.warc.gz") == ["", "1", "2"]


def test_a_file_that_another_run_has_finished_meanwhile_is_left_to_it(killed: Path) -> None:
    assert finish(killed)
    assert finish(killed) is None
    assert names(killed.parent) == ["run-00000.warc.gz"]


DAY = "20240305"
FIRST = f"{DAY}T040000Z-1"


@pytest.fixture
def last(folder: Path) -> Path:
    """The file of a run that has ended."""
    first = writer(folder, run=FIRST)
    append(first, resource(1))
    first.close()
    return folder / f"{FIRST}-00000.warc.gz"


def test_the_last_file_of_a_day_is_gone_on_in_while_it_is_small(last: Path) -> None:
    for name in (f"{DAY}T030000Z-9-00000.warc.gz", f"{DAY}T050000Z-1-00000.warc.gz.open", f"{DAY}-ours.warc.gz"):
        last.with_name(name).write_bytes(b"x")
    assert last_of_day(last.parent, DAY, MiB) == last
    assert last_of_day(last.parent, DAY, last.stat().st_size) is None
    assert last_of_day(last.parent, "20240306", MiB) is None
    assert last_of_day(last.parent / "none", DAY, MiB) is None


def test_a_run_goes_on_in_the_file_of_another_and_says_who_wrote_from_there_on(last: Path) -> None:
    before = last.read_bytes()
    second = writer(last.parent, last=last)
    captures = [append(second, resource(number)) for number in (2, 3)]
    assert names(last.parent) == [f"{last.name}.open"]
    second.close()
    assert held(last) == ["", "1", "", "2", "3"]
    assert last.read_bytes().startswith(before)
    assert {capture.file for capture in captures} == {last.name}
    assert second.names == [last.name]


def test_in_a_file_that_another_run_writes_none_goes_on(last: Path) -> None:
    second, third = writer(last.parent, last=last), writer(last.parent, last=last)
    append(second, resource(2))
    assert append(third, resource(3)).file == "run-00000.warc.gz"
    second.close()
    third.close()
    assert held(last) == ["", "1", "", "2"]


def test_a_shared_file_that_is_large_enough_is_closed_and_the_run_begins_its_own(
    last: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crawler.warc.writer._MOST_SHARED", 2000)
    second = writer(last.parent, last=last)
    assert [append(second, resource(number, 900)).file for number in (2, 3)] == [last.name, "run-00000.warc.gz"]
    second.close()


GOES_ON = KILLED.replace("sys.argv[1])", "sys.argv[1]), last=Path(sys.argv[2])")


@pytest.mark.parametrize("cut", [0, 20], ids=["whole", "a half record"])
def test_a_run_that_was_killed_while_it_went_on_leaves_what_was_there_before(last: Path, cut: int) -> None:
    before = last.read_bytes()
    subprocess.run([sys.executable, "-c", GOES_ON, str(last.parent), str(last)], cwd=ROOT, env=environment(),
                   check=False)  # fmt: skip
    left = last.with_name(f"{last.name}.open")
    left.write_bytes(left.read_bytes()[: left.stat().st_size - cut])
    assert finish(left) == last
    assert last.read_bytes().startswith(before)
    assert held(last) == ["", "1", "", "1", *([] if cut else ["2"])]


def test_a_capture_knows_its_run_in_whichever_file_it_is(last: Path) -> None:
    second_run = f"{DAY}T050000Z-1"
    second = WarcWriter(last.parent, second_run, MiB, {"isPartOf": second_run}, last=last)
    page = RecordBuilder(warc_version="1.1").create_warc_record(
        "https://finance.sina.com.cn/2", "resource", BytesIO(b"2"), 1, "text/plain",
        warc_headers_dict={"WARC-Date": "2024-03-05T05:00:00Z"},
    )  # fmt: skip
    append(second, page)
    second.close()
    warc = WarcFile(last, last.name)
    for index in (index_of(warc), index_of(warc)):  # made, and as it is kept
        assert [capture.run for capture in index.captures] == [FIRST, second_run]
    (part, begin, run) = read_index(warc, most=1)
    assert [capture.run for capture in part.captures] == [FIRST]
    assert begin
    (rest, _, _) = read_index(warc, begin, run=run)
    assert [capture.run for capture in rest.captures] == [second_run]
