"""Which articles are counted together: by channel and month, as their addresses say, whoever saw them."""

from collections.abc import Collection, Iterator
from datetime import date

from crawler.sina.channels import CHANNELS, DEFAULT_CHANNEL
from crawler.sina.urls import NotAnArticle, identify, section_of

UNKNOWN_MONTH = "?"


def month_of(url: str, day: str | None) -> str:
    """``2024-03``: of the day in the address, else of the ledger's `day`."""
    try:
        of_url: date | None = identify(url).day
    except NotAnArticle:
        of_url = None
    return f"{of_url:%Y-%m}" if of_url else day[:7] if day else UNKNOWN_MONTH


def channels_of(url: str, lids: Collection[str]) -> Iterator[str]:
    """The channels, of `lids` and the default one, in whose section the address is; else ``/SECTION``, or its host."""
    try:
        section = section_of(url)
    except NotAnArticle:
        return
    of_channels = [
        channel.lid
        for channel in CHANNELS
        if (channel.lid in lids or channel == DEFAULT_CHANNEL)
        and channel.section
        and f"{section}/".startswith(f"{channel.section}/")
    ]
    yield from of_channels or [f"/{section.partition('/')[0]}" if "." not in section else section]
