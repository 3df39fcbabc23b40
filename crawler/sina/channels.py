"""Sina's lists: the ``pageid`` and ``lid`` the roll API takes, and what they are called.

Source: several public crawlers of the roll API; the names are those of Sina's own tabs.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Channel:
    """One list of the roll API."""

    lid: str
    pageid: str
    name: str


CHANNELS = (
    Channel("1686", "155", "国内滚动"),
    Channel("1687", "155", "宏观经济"),
    Channel("1688", "155", "地方经济"),
    Channel("1689", "155", "部委动态"),
    Channel("1690", "155", "金融新闻"),
    Channel("3231", "155", "今日财经TOP10"),
    Channel("1693", "164", "产经滚动"),
    Channel("1694", "164", "公司新闻"),
    Channel("1695", "164", "产业新闻"),
    Channel("2509", "153", "全部"),
    Channel("2510", "153", "国内"),
    Channel("2516", "153", "财经"),
    Channel("2517", "153", "股市"),
)
DEFAULT_CHANNEL = CHANNELS[0]


def find_channels(names: str) -> list[Channel]:
    """The channels of a comma-separated list of lids or names, in order, each once.

    Raises ValueError naming the first unknown one and all that are known.
    """
    known = {channel.lid: channel for channel in CHANNELS}
    known |= {channel.name: channel for channel in CHANNELS}
    requested = [name.strip() for name in names.split(",") if name.strip()]
    for name in requested:
        if name not in known:
            choices = ", ".join(f"{channel.lid} {channel.name}" for channel in CHANNELS)
            raise ValueError(f"unknown channel {name!r}; known are: {choices}")
    return list(dict.fromkeys(known[name] for name in requested)) or [DEFAULT_CHANNEL]
