"""When an article was published: the minute a reader saw, made exact by the page's metadata."""

import re
from datetime import date, datetime

from crawler.times import BEIJING, is_credible

_DISPLAYED = re.compile(
    r"((?:19|20)\d\d)\s*[年./-]\s*(\d{1,2})\s*[月./-]\s*(\d{1,2})\s*日?[T\s\xa0\u3000]*(?:(\d{1,2})\s*[:：]\s*(\d\d)(?:\s*[:：]\s*(\d\d))?)?"
)
_TIME = re.compile(r"\d\s*[:：]\s*\d\d")
_SECONDS = re.compile(r"\d\s*[:：]\s*\d\d\s*[:：]\s*\d\d")
_WITH_ZONE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(?:Z|[+-]\d\d:?\d\d)", re.ASCII)


def parse_date(text: str, seen_at: datetime | None = None) -> datetime | None:
    """The first date in `text`, in Beijing time; None if there is none, or one that a page seen then can't have.

    Knows 2005年03月31日03:18, 2014年03月01日 02:42, 2005.08.26 05:39, 2018-09-28 15:21:40 and ISO 8601.
    """
    if exact := _WITH_ZONE.search(text):
        try:
            moment = datetime.fromisoformat(exact[0])
        except ValueError:
            return None
        return moment.astimezone(BEIJING) if is_credible(moment, seen_at) else None
    for match in _DISPLAYED.finditer(text):
        year, month, day, hour, minute, second = (int(part or 0) for part in match.groups())
        try:
            moment = datetime(year, month, day, hour, minute, second, tzinfo=BEIJING)
        except ValueError:
            continue
        if is_credible(moment, seen_at):
            return moment
    return None


def published_at(
    displayed: str, metas: list[str], day: date | None = None, seen_at: datetime | None = None
) -> datetime | None:
    """The displayed minute with the seconds of a meta that agrees with it.

    Metas may be up to an hour later than what a reader saw, so one alone counts only where nothing
    is displayed. A displayed day without a time takes the time of a meta of that day. Mobile pages
    may leave the year out ("09月28日07:56"): it is that of `day`, the day in the URL.
    What a page seen at `seen_at` can't have is no time.
    """
    shown = parse_date(displayed, seen_at)
    if shown is None and day and "月" in displayed:
        shown = parse_date(f"{day.year}年{displayed}", seen_at)
    exact = [moment for meta in metas if (moment := parse_date(meta, seen_at))]
    if shown is None:
        return exact[0] if exact else None
    if _SECONDS.search(displayed):
        return shown
    for moment in exact:
        if moment.replace(second=0) == shown:
            return moment
    if not _TIME.search(displayed):
        return next((moment for moment in exact if moment.date() == shown.date()), shown)
    return shown
