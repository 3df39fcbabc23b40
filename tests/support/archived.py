"""An archive with posts, captures and a manifest, to be damaged."""

import shutil
from pathlib import Path

from crawler.integrity.problem import Problem
from crawler.integrity.verification import verify
from crawler.sina.channels import COLUMNS
from tests.support.archives import Archive
from tests.support.catalogs import OpenCatalog
from tests.support.sites import Site, stories
from tests.support.warcs import http, record, save

CAPTURING = {"ARCHIVE_CAPTURE_ENABLED": "1"}  # other tests' archives do without
# Three articles, the columns of a day, the list and robots.txt, and the list again.
CAPTURES = 3 + sum(column.is_domestic for column in COLUMNS) + 2 + 1
ONE, TWO, THREE = (f"posts/2024/03/04/{story.doc_id}.md" for story in stories(3))


def make_archive(folder: Path) -> Archive:
    """Two runs of one day: the second one finds the same list, and what it captures are revisits, in its own WARC."""
    archive = Archive(Site(folder / "site").add(*stories(3)), folder / "archive")
    for most_bytes in (1_000_000, 4_000):  # the first one's is too large to go on in
        assert archive.run(settings=CAPTURING | {"ARCHIVE_CAPTURE_MAX_BYTES": most_bytes}).status == 0
    return archive


def copy_of(archive: Archive, folder: Path) -> Archive:
    """To be changed; its site too."""
    shutil.copytree(archive.folder, folder / "archive")
    site = Site(folder / "site").add(*archive.site.stories.values())
    return Archive(site, folder / "archive", archive.at)


def problems(archive: Archive) -> list[Problem]:
    """What is wrong with it while nothing else writes."""
    with OpenCatalog(f"sqlite:///{archive.folder / 'catalog.db'}") as catalog:
        return list(verify(archive.folder, catalog.engine, workers=1, alone=True).problems)


def kinds(archive: Archive) -> list[tuple[str, str]]:
    """The kind and place of each."""
    return [(problem.kind, problem.where) for problem in problems(archive)]


def stand_on(archive: Archive, post: str, page: bytes, **headers: str) -> str:
    """Lets the first text of a post stand on a capture with this page, in a WARC of its own; returns its doc id."""
    doc_id = Path(post).stem
    ((url,),) = archive.rows("select url from articles where doc_id = ?", doc_id)
    path = save(archive.folder / "captures/x.warc.gz", [record(http(page, **headers), url)])
    place = "capture_file = 'x.warc.gz', capture_offset = 0, capture_length = ?"
    archive.rows(f"update revisions set {place} where doc_id = ?", path.stat().st_size, doc_id)
    return doc_id


def capture(archive: Archive, number: int = 0) -> Path:
    """The WARC of a run."""
    return sorted((archive.folder / "captures").glob("*.warc.gz"))[number]
