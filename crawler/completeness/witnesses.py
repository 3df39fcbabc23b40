"""Who can have seen an article: Sina's own lists, by kind, and the web archives."""

ROLL, COLUMNS, FLASHES, OLD_LISTS = "roll", "columns", "7x24", "old_lists"
INTERNET_ARCHIVE, COMMON_CRAWL = "internet_archive", "common_crawl"
OWN = (
    ROLL,
    COLUMNS,
    FLASHES,
    OLD_LISTS,
)  # one editorial system fills them: what is in none of them may be kept from all
ALL = (*OWN, INTERNET_ARCHIVE, COMMON_CRAWL)


def witness_of(channel: str) -> str:
    """The witness that a list's name in the ledger, or the name of a web archive, stands for."""
    if channel.startswith("column:"):
        return COLUMNS
    if channel.startswith("list:"):
        return OLD_LISTS
    return ROLL if channel.isdigit() else channel
