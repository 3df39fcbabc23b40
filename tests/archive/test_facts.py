"""What a probe found is kept, of each assumption the newest answer."""

from collections.abc import Iterator

import pytest

from crawler.archive.facts import Facts
from crawler.times import parse_time
from tests.support.catalogs import OpenCatalog

MARCH_1, MARCH_2 = parse_time("at", "2024-03-01"), parse_time("at", "2024-03-02")


@pytest.fixture
def facts(database: str) -> Iterator[Facts]:
    with OpenCatalog(database) as catalog:
        yield Facts(catalog.engine)


@pytest.mark.parametrize("holds", [True, False])
def test_what_was_found_is_known_until_it_is_found_otherwise(facts: Facts, holds: bool) -> None:
    facts.keep({"window_155": (holds, {"seen": "36 entries"})}, MARCH_1)
    assert facts.holds("window_155") is holds
    facts.keep({"window_155": (not holds, {"seen": "50 entries"})}, MARCH_2)
    assert facts.holds("window_155") is not holds


def test_what_was_not_found_out_this_time_is_known_as_before(facts: Facts) -> None:
    facts.keep({"window_155": (False, {})}, MARCH_1)
    facts.keep({"window_155": (None, {}), "cursor_155": (None, {})}, MARCH_2)
    assert (facts.holds("window_155"), facts.holds("cursor_155")) == (False, None)


def test_nothing_is_known_without_a_probe(facts: Facts) -> None:
    assert facts.holds("window_155") is None
