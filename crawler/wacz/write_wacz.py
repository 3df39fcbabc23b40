"""A WACZ of captures that an archive holds."""

from pathlib import PurePosixPath
from typing import IO

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

from crawler.archive.archive import Archive
from crawler.wacz.index_blocks import IndexBlocks
from crawler.wacz.package import INDEX, INDEX_BLOCKS, PAGES, WARCS, About, Package
from crawler.wacz.pages import page_lines
from crawler.wacz.records import Records
from crawler.wacz.selection import Selection
from crawler.wacz.texts import captured_texts
from crawler.warc.captures import Captures


def write_wacz(
    file: IO[bytes], archive: Archive, captures: Captures, selection: Selection, about: About,
    key: EllipticCurvePrivateKey | None,
) -> list[str]:  # fmt: skip
    """Writes it, signed if there is a key; returns what is damaged, and left out. Raises OSError."""
    name, version = about.software
    info = {"software": f"{name} {version}", "format": "WARC File Format 1.1", "description": about.description}
    records = Records(captures, selection, info, about.created)
    try:
        package = Package(file)
        for warc, members in records.warcs():
            package.add(f"{WARCS}{warc}", members)
        blocks = IndexBlocks(records.lines(), PurePosixPath(INDEX).name)
        package.add(INDEX, blocks)
        package.add(INDEX_BLOCKS, (line.encode() for line in blocks.list), is_compressed=False)
        pages = page_lines(captured_texts(archive.engine, archive.root, selection))
        package.add(PAGES, pages, is_compressed=False)
        package.finish(about, key)
    finally:
        records.close()
    return records.damaged
