"""The status page: one file of HTML that needs nothing else, neither the network nor a script."""

import math
from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta

from jinja2 import Environment, PackageLoader, StrictUndefined

from crawler.status.calendar import years
from crawler.status.charts import stacked_bars
from crawler.status.figures import Figures
from crawler.times import BEIJING, beijing_day

_SERIES = 8  # layouts that have a colour of their own
_MOST_REASONS = 12
_OUTCOMES = {
    "": "未结束", "ok": "正常", "listing_failed": "列表失败", "too_many_failures": "失败过多",
    "unknown_layouts": "版式未知", "writes_failed": "写入失败", "captures_failed": "捕获写入失败",
    "interrupted": "被中断", "closed_early": "提前结束", "robots_forbid": "robots.txt 禁止", "blocked": "被封锁",
    "asked_to_wait": "被要求等待",
}  # fmt: skip
_WITNESSES = {
    "roll": ("滚动列表", "roll lists"), "columns": ("栏目页", "columns"), "7x24": ("7×24 快讯", "7x24"),
    "old_lists": ("旧列表页", "old lists"), "internet_archive": ("互联网档案馆", "Internet Archive"),
    "common_crawl": ("Common Crawl", "Common Crawl"),
}  # fmt: skip
_UNSAID = {
    "no_witness": ("没有见证", "no witness"), "one_witness": ("只有一个见证", "one witness only"),
    "dependent": ("见证互不独立", "dependent witnesses"), "too_few": ("共同见到的太少", "too few in common"),
}  # fmt: skip
_UNITS = ("B", "kB", "MB", "GB", "TB")


def render(figures: Figures) -> str:
    """The HTML of the status page of `figures`."""
    environment = Environment(
        loader=PackageLoader(__package__, "."), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    environment.filters |= {"bytes": human_bytes, "age": human_time, "beijing": _beijing, "thousands": "{:,}".format}
    periods, layouts = by_layout(figures.layouts)
    return environment.get_template("page.html").render(
        figures=figures,
        outcomes=_OUTCOMES,
        witnesses=_WITNESSES,
        unsaid=_UNSAID,
        years=years(figures, beijing_day(figures.at)),
        layouts=list(layouts),
        chart=stacked_bars(periods, layouts) if layouts else None,
        failures=figures.failures.most_common(_MOST_REASONS),
        most_failures=max(figures.failures.values(), default=1),
        most_bytes=max((size for _, size in figures.disk.values()), default=1) or 1,
        all_bytes=sum(size for _, size in figures.disk.values()),
    )


def by_layout(months: Mapping[str, Counter[str]]) -> tuple[list[str], dict[str, list[int]]]:
    """The periods, and for each of the frequent layouts its count in every one; the other layouts are added up.

    A period is a month, or of more than two years a year.
    """
    length = 4 if months and int(max(months)[:4]) - int(min(months)[:4]) > 1 else 7  # characters of 2024-03
    periods: dict[str, Counter[str]] = {}
    for month, counts in months.items():
        periods.setdefault(month[:length], Counter()).update(counts)
    total = sum(periods.values(), Counter[str]())
    frequent = sorted(layout for layout, _ in total.most_common(_SERIES if len(total) <= _SERIES else _SERIES - 1))
    by_name = {layout: [counts[layout] for counts in periods.values()] for layout in frequent}
    if len(total) > len(frequent):
        by_name["…"] = [counts.total() - sum(counts[layout] for layout in frequent) for counts in periods.values()]
    return list(periods), by_name


def human_bytes(size: int) -> str:
    """A size in the largest unit of which there is a whole one: ``1.4 GB``."""
    power = min(int(math.log(size, 1000)), len(_UNITS) - 1) if size else 0
    return f"{size / 1000**power:.{1 if power > 1 else 0}f} {_UNITS[power]}"


def human_time(span: timedelta) -> tuple[str, str]:
    """A span in Chinese and in English, in the largest unit of which there is a whole one."""
    seconds = max(0, int(span.total_seconds()))
    for unit, chinese, english in ((86400, "天", "d"), (3600, "小时", "h"), (60, "分钟", "min")):
        if seconds >= unit:
            return f"{seconds // unit} {chinese}", f"{seconds // unit} {english}"
    return f"{seconds} 秒", f"{seconds} s"


def _beijing(moment: datetime) -> str:
    return f"{moment.astimezone(BEIJING):%Y-%m-%d %H:%M}"
