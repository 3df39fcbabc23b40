"""What `scrapy coverage` shows on a terminal of 80 columns: days and times in Beijing, lists by their names."""

from collections.abc import Iterable, Mapping
from typing import Any

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from crawler.archive.ledger import DayCount
from crawler.archive.revision_list import GONE
from crawler.completeness.completeness import Completeness
from crawler.completeness.estimate import in_words
from crawler.run.one_line import one_line
from crawler.run.terminal_table import cells, terminal_table
from crawler.status.channel_name import channel_name
from crawler.times import BEIJING, from_iso


def show(what: RenderableType) -> None:
    """Prints it."""
    Console().print(what)


def days_table(days: Iterable[DayCount], held: Mapping[tuple[str, str], Mapping[str, int]]) -> Table:
    """A row a channel and day. ``missing`` are those that failed, were given up, or were never fetched."""
    numbers = ["listed", "archived", "refused", "missing"]
    table = terminal_table(["day", "channel", *numbers, "why"], numbers)
    for day in days:
        missing = day.failed + day.given_up + day.missed
        why = [f"{reason} {count}" for reason, count in day.reasons.items()]
        if day.missed:
            why.append(f"not fetched yet {day.missed}")
        why += [f"held by {archive} {count}" for archive, count in sorted(held.get((day.day, day.channel), {}).items())]
        counts = (day.listed, day.archived, day.refused, missing)
        row = cells(day.day, channel_name(day.channel), *counts, ", ".join(why))
        table.add_row(*row, style="bold red" if day.is_gap else "")
    return table


def revisions_of_articles(rows: Iterable[Mapping[str, Any]]) -> Group:
    """Each article with what was seen of it, in order; the articles by what was seen of them first."""
    articles: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        articles.setdefault(row["doc_id"], []).append(row)
    shown: list[Table | Text] = []
    for doc_id, seen in articles.items():
        table = terminal_table(["  seen at", "no.", "what", "seen by"], ["no."])
        for row in seen:
            what = f"gone: {row['gone']}" if row["what"] == GONE else row["what"]
            table.add_row(*cells(f"  {_minute(row['seen_at'])}", row["number"], what, _seen_by(row)))
        shown += [Text(one_line(f"{doc_id}  {seen[-1]['title']}"), style="bold"), table]
    return Group(*shown)


def completeness_table(populations: Iterable[Completeness]) -> Table:
    """A row a channel and month; what each witness saw is on a line of its own below what nobody saw."""
    table = terminal_table(["month", "channel", "known", "seen by none, and by whom"], ["known"])
    for population in populations:
        seen = ", ".join(f"{name} {count}" for name, count in (population.seen | population.shared).items())
        words = f"{in_words(population.estimate)}; {seen}"
        table.add_row(*cells(population.month, channel_name(population.channel), population.known, words))
    return table


def _minute(time: str) -> str:
    moment = from_iso(time)
    return f"{moment.astimezone(BEIJING):%Y-%m-%d %H:%M}" if moment else time


def _seen_by(row: Mapping[str, Any]) -> str:
    again = [f"{sighting['seen_by']} until {_minute(sighting['last_at'])}" for sighting in row["also_seen_by"]]
    return ", ".join([row["seen_by"], *again])
