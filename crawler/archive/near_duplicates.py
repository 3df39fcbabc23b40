"""Articles with nearly the same text under other doc ids: reprints, and the same news with another headline."""

from collections import OrderedDict
from collections.abc import Sequence
from functools import cache
from typing import Any

import sqlalchemy as sa

from crawler.archive.reads import Reads
from crawler.archive.tables import articles, bands
from crawler.items import Article

_PASSING = 10_000  # bands: of a thousand articles, more than are ever between here and the catalog


class NearDuplicates:
    """Finds an article by the bands of its text's MinHash, in the catalog and among those on their way into it."""

    def __init__(self, reads: Reads) -> None:
        self._reads = reads
        self._passed: OrderedDict[tuple[int, str], str] = OrderedDict()

    def find(self, article: Article) -> str | None:
        """The doc id of the first article that shares a band with this one, other than itself."""
        return self._archived(article.doc_id, article.bands) or self._passing(article)

    def _archived(self, doc_id: str, own_bands: Sequence[str]) -> str | None:
        if not own_bands:
            return None
        hashes = {f"hash_{number}": band for number, band in enumerate(own_bands)}
        with self._reads.connect() as connection:
            first: str | None = connection.scalar(_sharing(len(own_bands)), hashes | {"doc_id": doc_id})
        return first

    def _passing(self, article: Article) -> str | None:
        """An article that passed here shortly before: the catalog may not know it yet."""
        own = list(enumerate(article.bands))
        passed = (self._passed.get(band) for band in own)
        first = next((doc_id for doc_id in passed if doc_id not in (None, article.doc_id)), None)
        self._passed |= dict.fromkeys(own, first or article.doc_id)
        while len(self._passed) > _PASSING:
            self._passed.popitem(last=False)
        return first


@cache
def _sharing(count: int) -> sa.Select[Any]:
    shared = [(bands.c.band == number) & (bands.c.hash == sa.bindparam(f"hash_{number}")) for number in range(count)]
    return (
        sa.select(bands.c.doc_id)
        .join(articles, articles.c.doc_id == bands.c.doc_id)
        .where(sa.or_(*shared), bands.c.doc_id != sa.bindparam("doc_id"))
        .order_by(articles.c.archived_at, bands.c.doc_id)
        .limit(1)
    )
