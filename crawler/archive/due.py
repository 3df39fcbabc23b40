"""What earlier runs left to do."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from crawler.archive.catalog import Catalog
from crawler.archive.ledger import Ledger
from crawler.items import ListEntry


@dataclass(frozen=True, slots=True)
class Due:
    """An article to be asked for: not fetched yet, or in vain, or, ``is_archived``, to be looked at again."""

    doc_id: str
    entry: ListEntry
    is_archived: bool = False
    etag: str | None = None
    last_modified: str | None = None


def all_due(ledger: Ledger, catalog: Catalog, at: datetime, most: int) -> Iterator[Due]:
    """Up to `most` articles to be fetched, and as many to be looked at again."""
    for doc_id, entry in ledger.due(at, most):
        yield Due(doc_id, entry)
    for doc_id, url, etag, last_modified in catalog.due(at, most):
        entry = ledger.entry(doc_id) or ListEntry(url=url, title="")
        yield Due(doc_id, entry, True, etag, last_modified)
