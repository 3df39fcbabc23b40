"""What another archive holds is known by its own lists: CDXJ names captures, a manifest names files."""

from pathlib import Path

import pytest

from crawler.archive.files import sha256_of
from crawler.wacz.held_elsewhere import HeldElsewhere
from crawler.warc.captures import Captures
from tests.support.warcs import MARCH_2, OTHER, PAGE, http, record, save

RECORDS = [record(http(b"one"), PAGE), record(http(b"two"), PAGE, MARCH_2), record(http(b"one"), OTHER)]


def held(path: Path, text: str) -> HeldElsewhere:
    path.write_text(text, encoding="utf-8")
    elsewhere = HeldElsewhere()
    elsewhere.read(path)
    return elsewhere


def test_a_capture_is_known_by_its_address_its_time_and_its_payload_wherever_it_is(tmp_path: Path) -> None:
    captures = list(Captures(save(tmp_path / "ours.warc.gz", RECORDS)).all())
    line = captures[0].line("theirs.warc.gz").replace('"sha1:', '"').replace('"offset": "0"', '"offset": "77"')
    elsewhere = held(tmp_path / "theirs.cdxj", f'!meta {{"version": 3}}\n{line}')
    assert [elsewhere.has(capture) for capture in captures] == [True, False, False]


def test_a_file_is_known_by_its_name_and_its_bytes(tmp_path: Path) -> None:
    path = save(tmp_path / "captures/a.warc.gz", RECORDS)
    save(tmp_path / "captures/b.warc.gz", RECORDS)
    lines = f"# previous none\n{sha256_of(path)}  captures/a.warc.gz\n{'0' * 64}  captures/b.warc.gz\n"
    elsewhere = held(tmp_path / "2024-03-05.txt", lines + f"{'0' * 64}  posts/2024/03/05/x.md\n")
    warcs = Captures(tmp_path / "captures").warcs.values()
    assert {warc.name: elsewhere.has_file(warc) for warc in warcs} == {"a.warc.gz": True, "b.warc.gz": False}


@pytest.mark.parametrize("line", ["hello", "a b {", 'a 20240301040000 {"url": "http://x/"}', "\udcff"])
def test_a_line_of_no_list_is_named(tmp_path: Path, line: str) -> None:
    (tmp_path / "theirs").write_bytes(b"# previous none\n\n" + line.encode("utf-8", "surrogateescape") + b"\n")
    with pytest.raises(ValueError, match=r"theirs, line 3: neither a line of a manifest nor of CDXJ"):
        HeldElsewhere().read(tmp_path / "theirs")
