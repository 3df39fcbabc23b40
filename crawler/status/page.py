"""The status page: one file of HTML that needs nothing else. Its one script chooses and keeps the language."""

import base64
import hashlib
import math
from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined

from crawler.sina.web_address import BadAddress, web_address
from crawler.status.calendar import years
from crawler.status.channel_name import channel_name
from crawler.status.charts import stacked_bars
from crawler.status.figures import Figures
from crawler.status.missing import NOT_TRIED
from crawler.status.needs import needs
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


# Without it, or where it may not run, the page is Chinese and can be switched. It runs before anything is shown.
_SCRIPT = """
const key = "archive-status-language", choices = document.querySelectorAll(".language");
const choose = id => {
  document.getElementById(id).checked = true;
  document.documentElement.lang = id === "zh" ? "zh-CN" : id;
};
let kept = null;
try { kept = localStorage.getItem(key); } catch { /* a browser that keeps nothing */ }
choose(["zh", "en"].find(id => id === kept) ?? (navigator.language.startsWith("zh") ? "zh" : "en"));
for (const choice of choices) choice.addEventListener("change", () => {
  choose(choice.id);
  try { localStorage.setItem(key, choice.id); } catch { /* as above */ }
});
"""
_DIGEST = base64.b64encode(hashlib.sha256(_SCRIPT.encode()).digest()).decode()  # no other script may run


def render(figures: Figures, files: str | None = None) -> str:
    """The HTML of the status page of `figures`. `files`: the way to the archive's folder, None for none."""
    environment = Environment(
        loader=PackageLoader(__package__, "."), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    environment.filters |= {"bytes": human_bytes, "age": human_time, "beijing": _beijing, "thousands": "{:,}".format}
    environment.filters |= {"channel": channel_name, "web": _web}
    periods, layouts = by_layout(figures.layouts)
    return environment.get_template("page.html").render(
        figures=figures,
        needs=list(needs(figures)),
        file=lambda path: quote(f"{files}/{path}") if path and files is not None else "",
        script=_SCRIPT,
        digest=_DIGEST,
        not_tried=NOT_TRIED,
        outcomes=_OUTCOMES,
        witnesses=_WITNESSES,
        unsaid=_UNSAID,
        years=years(figures, beijing_day(figures.at)),
        layouts=list(layouts),
        chart=stacked_bars(periods, layouts) if layouts else None,
        missing=figures.missing,
        reasons=[counts.most_common(_MOST_REASONS) for counts in (figures.missing.reasons, figures.missing.refused)],
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


def _web(text: str) -> str:
    """An address that may be linked, or nothing."""
    try:
        return web_address(text)
    except BadAddress:
        return ""
