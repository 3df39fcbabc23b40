"""Changes of a page that no reader sees change nothing; `python -m tests.support.mutations` tries more of them."""

from tests.support.crawling import SITE
from tests.support.mutations import compare, pages


def test_changed_pages_lose_and_invent_no_block() -> None:
    assert len(list(pages(SITE))) > 15
    assert list(compare(SITE, 200)) == []
