"""The catalog is read like any file: what is damaged in it, or is not what it is derived from, is named."""

import random
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from crawler.integrity.repair import Repair
from tests.support.archived import CAPTURING, ONE, TWO, capture, kinds, problems
from tests.support.archives import Archive
from tests.support.catalogs import open_archive
from tests.support.sites import story

FIRST, SECOND = Path(ONE).stem, Path(TWO).stem
BITS, PAGES = 60, 20


def change(statement: str) -> Callable[[Archive], None]:
    def changed(archive: Archive) -> None:
        archive.rows(statement)

    return changed


def change_the_index(archive: Archive) -> None:
    path = capture(archive)
    path = path.with_name(f"{path.name}.cdxj")
    path.write_bytes(path.read_bytes().replace(b'"status": "200"', b'"status": "404"', 1))


def of(table: str, key: str = FIRST) -> tuple[str, str]:
    return "wrong_row", f"{table} {key}"


HASH = "0" * 64
MENDED = {
    "a title": (f"update articles set title = '别的' where doc_id = '{FIRST}'", of("articles")),
    "a date": (f"update articles set date = '2024-03-04T01:02:04Z' where doc_id = '{FIRST}'", of("articles")),
    "a content hash": (f"update articles set content_hash = '{HASH}' where doc_id = '{FIRST}'", of("articles")),
    "a url": (f"update articles set url = replace(url, 'doc', 'dog') where doc_id = '{FIRST}'", of("articles")),
    "a band": (f"update bands set hash = 'x' where doc_id = '{FIRST}' and band = 3", of("articles")),
    "a band less": (f"delete from bands where doc_id = '{FIRST}' and band = 3", of("articles")),
    "a revision's title": (f"update revisions set title = 'x' where doc_id = '{FIRST}'", of("revisions", f"{FIRST}:1")),
    "a revision's hash": (
        f"update revisions set content_hash = '{HASH}' where doc_id = '{FIRST}'",
        of("revisions", f"{FIRST}:1"),
    ),
    "no revision": (f"delete from revisions where doc_id = '{FIRST}'", ("lost_revision", FIRST)),
    "a day": (f"update entries set day = '2024-03-07' where doc_id = '{FIRST}'", of("entries")),
}
NAMED = {
    "a file hash": (f"update articles set file_hash = '{HASH}' where doc_id = '{FIRST}'", ("changed", ONE)),
    "a number of revisions": (f"update articles set revision = 2 where doc_id = '{FIRST}'", ("lost_revision", FIRST)),
    "when it was archived": ("update articles set archived_at = '2024-03-05T04:00:00Z'", of("articles")),
    "a tombstone for the living": (f"update articles set gone = 'http_404' where doc_id = '{FIRST}'", of("articles")),
    "a time that is none": (
        f"update articles set next_check_at = '2024-13-01T00:00:00Z' where doc_id = '{FIRST}'",
        ("bad_value", f"articles:{FIRST}"),
    ),
    "a number where text should be": (f"update articles set title = x'00' where doc_id = '{FIRST}'",
                                      ("damaged_catalog", "catalog.db")),
    "a list that is none": (f"update articles set keywords = '[' where doc_id = '{FIRST}'",
                            ("bad_value", f"articles:{FIRST}")),
    "an alias of nobody": (f"update aliases set doc_id = 'x' where doc_id = '{FIRST}'", ("orphan", "aliases x")),
    "another article's address": (
        f"update articles set url = (select url from articles where doc_id = '{SECOND}') where doc_id = '{FIRST}'",
        of("articles"),
    ),
    "a state": (f"update entries set state = 'archivee' where doc_id = '{FIRST}'", of("entries")),
    "an outcome": ("update runs set outcome = 'o'", ("wrong_row", "")),
}  # fmt: skip


@pytest.mark.parametrize(("statement", "named"), (MENDED | NAMED).values(), ids=MENDED | NAMED)
def test_what_is_not_what_it_is_derived_from_is_named(archive: Archive, statement: str, named: tuple[str, str]) -> None:
    archive.rows(statement)
    assert any((kind, where[: len(named[1]) or None]) == named or (kind, "") == named for kind, where in kinds(archive))


def repair(archive: Archive) -> None:
    with open_archive(archive.folder) as opened:
        Repair(opened, datetime.now(UTC).replace(microsecond=0)).mend(problems(archive))


@pytest.mark.parametrize("statement", [statement for statement, _ in MENDED.values()], ids=MENDED)
def test_what_posts_say_is_mended(archive: Archive, statement: str) -> None:
    tables = ("articles", "bands", "entries", "aliases")
    before = {table: archive.rows(f"select * from {table} order by 1, 2") for table in tables}
    archive.rows(statement)
    repair(archive)
    assert kinds(archive) == []
    assert {table: archive.rows(f"select * from {table} order by 1, 2") for table in tables} == before


def test_what_a_tampered_post_says_mends_nothing(archive: Archive) -> None:
    post = archive.folder / ONE
    post.write_bytes(post.read_bytes().replace("海岑".encode(), "别处".encode()))
    post.write_bytes(post.read_bytes().replace(b"---\n\n", b"---\n\nx", 1))
    from crawler.post.post import post_hash

    archive.rows("update articles set file_hash = ? where path = ?", post_hash(post.read_bytes()), ONE)
    before = kinds(archive)
    repair(archive)
    assert kinds(archive) == before


def test_emptied_revisions_are_named(archive: Archive) -> None:
    archive.rows("delete from revisions")
    assert [where for kind, where in kinds(archive) if kind == "lost_revision"] == [
        row[0] for row in archive.rows("select doc_id from articles order by doc_id")
    ]


FORGED = ("post = replace(post, '\n\n[原文', '伪。\n\n[原文')", "title = title || 'x'", "content_hash = 'x'")


@pytest.mark.parametrize("values", FORGED)
def test_a_forged_text_that_the_catalog_keeps_is_named(archive: Archive, values: str) -> None:
    archive.site.add(story(1).edited("改过的第一段。"))
    archive.run(settings=CAPTURING)
    archive.site.add(story(2).edited("又一段。"))
    archive.rows("update articles set next_check_at = '2024-01-01T00:00:00Z', modified_at = null")
    archive.run(settings=CAPTURING)
    assert archive.rows("select count(*) from revisions where post is not null") != [(0,)]
    assert kinds(archive) == []
    archive.rows(f"update revisions set {values} where post is not null")
    assert "wrong_row" in {kind for kind, _ in kinds(archive)}


def test_an_index_that_is_not_its_warc_s_is_named_and_made_anew(archive: Archive) -> None:
    from crawler.warc.captures import Captures

    _ = Captures(archive.folder / "captures").indexes
    assert kinds(archive) == []
    change_the_index(archive)
    assert kinds(archive) == [("wrong_index", f"captures/{capture(archive).name}")]
    repair(archive)
    assert kinds(archive) == []


def test_a_payload_that_no_capture_has_is_named_and_forgotten(archive: Archive) -> None:
    archive.rows("update payloads set digest = 'sha1:AAAA' where rowid = 1")
    assert [kind for kind, _ in kinds(archive)] == ["wrong_row"]
    repair(archive)
    assert kinds(archive) == []


def look(archive: Archive, catalog: bytes) -> bool:
    """True if something is said to be wrong with this catalog."""
    for path in archive.folder.glob("catalog.db*"):
        path.unlink()
    (archive.folder / "catalog.db").write_bytes(catalog)
    try:
        return bool(problems(archive))
    except (sa.exc.DatabaseError, sqlite3.DatabaseError, RuntimeError):
        return True  # the command says so, and exits 1


def test_of_random_pages_each_is_named(archive: Archive) -> None:
    whole, chance = (archive.folder / "catalog.db").read_bytes(), random.Random(26)
    assert not look(archive, whole)
    for _ in range(PAGES):
        at = chance.randrange(len(whole) // 4096) * 4096
        assert look(archive, whole[:at] + chance.randbytes(4096) + whole[at + 4096 :]), f"page {at // 4096 + 1}"


def test_of_random_bits_most_are_named(archive: Archive) -> None:
    """Of bits in use. Unused bytes of a page say nothing, so they can't be wrong: more than half of a small file.

    Measured on the catalog of the bundled site: of 300 bits 173 were in unused bytes, and of the other 127 were 73
    named. Not seen is what is nowhere else, or in a capture alone: half of that the words of the search index, then
    keywords, media, and what lists said of an entry.
    """
    whole, chance = (archive.folder / "catalog.db").read_bytes(), random.Random(26)
    used = [at for at in range(len(whole)) if any(whole[max(0, at - 8) : at + 9])]
    named = 0
    for _ in range(BITS):
        at = chance.choice(used)
        named += look(archive, whole[:at] + bytes([whole[at] ^ 1 << chance.randrange(8)]) + whole[at + 1 :])
    assert named >= BITS // 2, f"{named} of {BITS}"
