"""Sina's lists: the ``pageid`` and ``lid`` the roll API takes, the CIDs of column pages, and what they are called.

Source: several public crawlers of the roll API, of column pages those of 2026; the names are Sina's own.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Channel:
    """One list of the roll API; ``section``: the folder in which its articles' addresses begin, where it has one."""

    lid: str
    pageid: str
    name: str
    section: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """One column with a page of its own (``crawler/sina/column_list.py``); ``is_domestic``: of 国内."""

    cid: str
    name: str
    is_domestic: bool = False


CHANNELS = (
    Channel("1686", "155", "国内滚动", "china"),
    Channel("1687", "155", "宏观经济", "china/hgjj"),
    Channel("1688", "155", "地方经济", "china/dfjj"),
    Channel("1689", "155", "部委动态", "china/bwdt"),
    Channel("1690", "155", "金融新闻", "china/jrxw"),
    Channel("3231", "155", "今日财经TOP10"),
    Channel("1693", "164", "产经滚动", "chanjing"),
    Channel("1694", "164", "公司新闻", "chanjing/gsnews"),
    Channel("1695", "164", "产业新闻", "chanjing/cyxw"),
    Channel("2509", "153", "全部"),
    Channel("2510", "153", "国内", "china"),
    Channel("2516", "153", "财经"),
    Channel("2517", "153", "股市", "stock"),
)
DEFAULT_CHANNEL = CHANNELS[0]

# Domestic are those whose subject is one of the tabs of 国内 (宏观经济, 地方经济, 部委动态, 金融新闻): what the
# economy does, and the central bank, banks and insurers. The others are of markets and of single companies.
COLUMNS = (
    Column("56598", "宏观研究", is_domestic=True),
    Column("56683", "银行要闻", is_domestic=True),
    Column("56689", "央行动态", is_domestic=True),
    Column("56757", "保险要闻", is_domestic=True),
    Column("56589", "大盘评述"),
    Column("56605", "市场研究"),
    Column("56978", "机构观点"),
    Column("56592", "上市公司"),
    Column("56615", "主力动向"),
    Column("57027", "港股市场快讯"),
    Column("56907", "基金市场"),
    Column("56982", "外汇"),
    Column("56988", "期货"),
)


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
