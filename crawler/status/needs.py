"""What waits for a person: what the next runs will not mend by themselves, the most urgent first."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from crawler.status.figures import Figures

_LONG = timedelta(days=1)  # without a run that did its job
_MOST = 5  # addresses of one need


@dataclass(frozen=True, slots=True)
class Need:
    """``says``: in Chinese and in English; ``why``: as the program said it; ``command``: what helps, or shows more.

    ``urls``: of pages it is about; ``path``: of a file in the archive.
    """

    says: tuple[str, str]
    why: str = ""
    command: str = ""
    urls: Sequence[str] = ()
    path: str = ""


def needs(figures: Figures) -> Iterator[Need]:
    """None where there is nothing to do."""
    yield from _runs(figures)
    if figures.unlisted:
        count, command = len(figures.unlisted), f"scrapy coverage --fill{_window(figures.unlisted)}"
        yield Need(
            (f"有 {count} 天的列表没有读全", f"The lists of {_of(count, 'day')} were not read completely"), "", command
        )
    if count := figures.missing.given_up:
        english = f"{_of(count, 'article')} given up: no run tries again by itself"
        days = [article.day for article in figures.missing.examples if article.is_given_up]
        is_all = len(days) == count
        command = f"scrapy coverage --fill{_window(days) if is_all else ''}"
        yield Need((f"有 {count:,} 篇文章已放弃，不会自动重试", english), "", command)
    if figures.unknown:
        newest = figures.unknown
        chinese, english = (
            "有文章的版式未知：新浪可能换了模板",
            "Articles have no known layout: Sina may have a new template",
        )
        yield Need((chinese, english), newest.title, "scrapy savepage --list", [newest.url], newest.path)
    if shortened := [url for run in figures.runs for url in run.shortened]:
        count = len(shortened)
        english = f"The new text of {_of(count, 'article')} has less than half of the old one; both are kept"
        chinese = f"有 {count} 篇文章的新文本不到旧文本的一半；两者都保留着"
        yield Need((chinese, english), "", "scrapy coverage --revisions", shortened[:_MOST])


def _runs(figures: Figures) -> Iterator[Need]:
    if not figures.runs and not figures.is_listed:
        yield Need(("还没有运行过", "There was no run yet"), command="scrapy crawl sina_finance")
    last = next((run for run in figures.runs if run.outcome), None)
    if last and last.outcome not in ("ok", "interrupted"):
        command = "scrapy verify" if last.outcome in ("writes_failed", "captures_failed") else "scrapy probe"
        yield Need(("上次运行没有完成任务", "The last run did not do its job"), last.reason, command, path=last.report)
    began = figures.last_success or min((run.started for run in figures.runs), default=figures.at)
    if figures.at - began > _LONG:
        days = (figures.at - began).days
        yield Need((f"已有 {days} 天没有成功的运行", f"No run has done its job for {_of(days, 'day')}"), "", "")


def _of(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def _window(days: Sequence[date] | frozenset[date]) -> str:
    return f" --since {min(days)} --until {max(days)}" if days else ""
