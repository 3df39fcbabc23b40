"""What a crawl has one of, whichever of its components asks for it first."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from scrapy.crawler import Crawler

C = TypeVar("C")
T = TypeVar("T")
_PLACE = "_made_once"  # in the crawler's own dictionary: what refers back to the crawler goes with it


def made_of(crawler: Crawler) -> dict[Any, Any]:
    """What a crawl has, by the function that made it."""
    made: dict[Any, Any] = crawler.__dict__.setdefault(_PLACE, {})
    return made


def one_of_a_crawl(make: Callable[[C, Crawler], T]) -> Callable[[C, Crawler], T]:
    """For a class method: its answer is made once for each crawl, and forgotten with the crawl."""

    @wraps(make)
    def of(cls: C, crawler: Crawler) -> T:
        made = made_of(crawler)
        if make not in made:
            made[make] = make(cls, crawler)
        answer: T = made[make]
        return answer

    return of
