"""What a crawl has one of, whichever of its components asks for it first."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from scrapy.crawler import Crawler

C = TypeVar("C")
T = TypeVar("T")
_made: "WeakKeyDictionary[Crawler, dict[Callable[..., Any], Any]]" = WeakKeyDictionary()


def one_of_a_crawl(make: Callable[[C, Crawler], T]) -> Callable[[C, Crawler], T]:
    """For a class method: its answer is made once for each crawl, and forgotten with the crawl."""

    @wraps(make)
    def of(cls: C, crawler: Crawler) -> T:
        made = _made.setdefault(crawler, {})
        if make not in made:
            made[make] = make(cls, crawler)
        answer: T = made[make]
        return answer

    return of
