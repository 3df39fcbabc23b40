"""Every day has its place in its week and month, and a shade by how much was archived."""

from datetime import UTC, date, datetime

import pytest

from crawler.status.calendar import Day, shade_bounds, years
from crawler.status.figures import Figures
from crawler.status.missing import Missing

TODAY = date(2024, 3, 10)


def figures(
    days: dict[date, int], gaps: dict[date, int] | None = None, unlisted: frozenset[date] = frozenset()
) -> Figures:
    return Figures(datetime(2024, 3, 10, tzinfo=UTC), days=days, missing=Missing(gaps or {}), unlisted=unlisted)


def days_of(year: int, shown: Figures) -> dict[date, Day]:
    wanted = next(candidate for candidate in years(shown, TODAY) if candidate.year == year)
    return {day.day: day for half in wanted.halves for day in half.days}


def test_years_are_whole_and_the_newest_comes_first_and_empty_ones_are_left_out() -> None:
    shown = years(figures({date(2020, 5, 1): 1, date(2024, 1, 1): 1}, {date(2022, 5, 1): 1}), TODAY)
    assert [year.year for year in shown] == [2024, 2022, 2020]
    assert [len(half.days) for half in shown[0].halves] == [182, 184]


def test_a_half_begins_on_its_weekday_and_months_in_their_week() -> None:
    first, second = years(figures({date(2023, 5, 1): 1}), date(2023, 5, 2))[0].halves
    assert (first.before, second.before) == (6, 5)  # Sunday the 1st of January, Saturday the 1st of July
    assert first.months == [(1, 1), (2, 6), (3, 10), (4, 14), (5, 19), (6, 23)]
    assert max((half.before + len(half.days) + 6) // 7 for half in (first, second)) <= 28


@pytest.mark.parametrize("year", range(2000, 2029))
def test_no_half_has_more_weeks_than_the_page_has_columns(year: int) -> None:
    for half in years(figures({date(year, 1, 1): 1}), date(year, 12, 31))[0].halves:
        assert half.before + len(half.days) <= 28 * 7
        assert max(week for _, week in half.months) <= 28


def test_days_before_the_archive_begins_and_after_today_are_left_blank() -> None:
    days = days_of(2024, figures({date(2024, 3, 4): 2}))
    assert [day.day for day in days.values() if day.shade is not None] == [date(2024, 3, n) for n in range(4, 11)]


def test_a_gap_is_what_was_listed_and_not_archived_or_not_listed_completely() -> None:
    shown = figures({date(2024, 3, 4): 2}, {date(2024, 3, 5): 3}, frozenset({date(2024, 3, 6)}))
    days = days_of(2024, shown)
    assert [day.day for day in days.values() if day.is_gap] == [date(2024, 3, 5), date(2024, 3, 6)]
    assert days[date(2024, 3, 5)].missing == 3
    assert years(shown, TODAY)[0].gaps == 2


@pytest.mark.parametrize(
    ("counts", "expected"),
    [([], [0, 0, 0]), ([8], [2, 4, 6]), ([40] * 19 + [4000], [1000, 2000, 3000]), ([40] * 40 + [4000], [10, 20, 30])],
    ids=["none", "one", "few days", "one busiest day does not pale the others"],
)
def test_shades_are_even_steps_up_to_a_busy_day(counts: list[int], expected: list[float]) -> None:
    assert shade_bounds(counts) == expected


def test_the_shade_of_a_day_goes_from_none_to_four() -> None:
    counts = {date(2024, 3, n): count for n, count in enumerate([10, 20, 30, 40, 40], start=1)}
    days = days_of(2024, figures(counts))
    assert [days[date(2024, 3, n)].shade for n in range(1, 7)] == [1, 2, 3, 4, 4, 0]


def test_an_empty_archive_has_no_year() -> None:
    assert years(figures({}), TODAY) == []
