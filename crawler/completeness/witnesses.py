"""Who can have seen an article: Sina's own lists, by kind, and the web archives."""

from crawler.archive.ledger import COLUMN, FLASHES, OLD_LIST
from crawler.items import COMMON_CRAWL, INTERNET_ARCHIVE

ROLL, COLUMNS, OLD_LISTS = "roll", "columns", "old_lists"
# Of one editorial system: what it keeps out of one may be kept out of all.
OWN = (ROLL, COLUMNS, FLASHES, OLD_LISTS)
ALL = (*OWN, INTERNET_ARCHIVE, COMMON_CRAWL)


def witness_of(channel: str) -> str:
    """The witness that a list's name in the ledger, or the name of a web archive, stands for."""
    if channel.startswith(COLUMN):
        return COLUMNS
    if channel.startswith(OLD_LIST):
        return OLD_LISTS
    return ROLL if channel.isdigit() else channel
