"""Articles that share a band of their text's MinHash are found, archived or on their way."""

from collections.abc import Iterator

import pytest

from crawler.archive.near_duplicates import NearDuplicates
from crawler.times import now
from tests.support.articles import make_article
from tests.support.catalogs import OpenCatalog


@pytest.fixture
def catalog(database: str) -> Iterator[OpenCatalog]:
    with OpenCatalog(database) as catalog:
        yield catalog


def test_an_archived_one_is_found_by_any_band_at_its_place(catalog: OpenCatalog) -> None:
    catalog.enter([make_article(doc_id="first", path="a.md", bands=("a", "b"))], now())
    near_duplicates = NearDuplicates(catalog.reads)
    assert near_duplicates.find(make_article(doc_id="second", bands=("x", "b"))) == "first"
    assert near_duplicates.find(make_article(doc_id="third", bands=("b", "a"))) is None


def test_no_article_is_its_own_copy(catalog: OpenCatalog) -> None:
    article = make_article(path="a.md", bands=("a",))
    catalog.enter([article], now())
    assert NearDuplicates(catalog.reads).find(article) is None


def test_one_that_passed_before_is_found_though_the_catalog_does_not_know_it(catalog: OpenCatalog) -> None:
    near_duplicates = NearDuplicates(catalog.reads)
    assert near_duplicates.find(make_article(doc_id="first", bands=("a",))) is None
    assert near_duplicates.find(make_article(doc_id="second", bands=("a",))) == "first"
    assert near_duplicates.find(make_article(doc_id="third", bands=("a",))) == "first"


def test_a_text_without_bands_is_like_none(catalog: OpenCatalog) -> None:
    assert NearDuplicates(catalog.reads).find(make_article(bands=())) is None
