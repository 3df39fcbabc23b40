"""The data set and the recipes of docs/export.md, as those who follow them run them."""

import re
import subprocess
from datetime import timedelta
from pathlib import Path

import duckdb
import pytest

from tests.support.archives import Archive
from tests.support.crawling import ROOT, environment
from tests.support.exporting import export
from tests.support.sites import NOON, Site, story

pytestmark = pytest.mark.slow

DOCUMENT = (ROOT / "docs/export.md").read_text(encoding="utf-8")
SQL = re.findall(r"```sql\n(.*?)```", DOCUMENT, re.S)
PYTHON = re.findall(r"```python\n(.*?)```", DOCUMENT, re.S)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
NAMED = story(1, NOON, title="海岑酒业（600519.SH）提价", paragraphs=("海岑酒业今日宣布提价。",))
MARKED = story(2, NOON - 5 * DAY, title="分红", paragraphs=('<span id="stock_sh600519"><a>海岑酒业</a></span>分红。',))
EDITED = story(3, NOON, title="乙", paragraphs=("五泉液(000858)净利润增长3.4%。",))
PRICES = """code,at,close
sh600519,2024-03-05T04:00:00Z,1700.0
sh600519,2024-03-05T07:00:00Z,1710.5
sz000858,2024-03-05T07:00:00Z,150.0
sz000858,2024-03-06T07:00:00Z,149.0
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Beside the archive, whose first run is at 12:05 on the 5th of March, the data sets and a table of prices."""
    folder = tmp_path_factory.mktemp("recipes")
    archive = Archive(Site(folder / "site").add(NAMED, MARKED, EDITED), folder / "archive")
    archive.run()
    archive.site.add(EDITED.edited("五泉液(000858)净利润增长3.6%。"))
    archive.run(after=DAY)
    archive.site.put(EDITED.url, None)
    archive.run(after=DAY)
    archive.run(after=2 * HOUR)
    for name, more in (("news", ()), ("revisions", ("--revisions",))):
        done = export(archive.folder, "--partition", "month", *more, "--output", str(folder / name))
        assert done.returncode == 0, done.stderr
    (folder / "prices.csv").write_text(PRICES)
    return folder


@pytest.fixture
def answers(folder: Path, monkeypatch: pytest.MonkeyPatch) -> list[list[tuple[object, ...]]]:
    """Of the recipes in SQL, in their order."""
    monkeypatch.chdir(folder)
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        return [connection.execute(query).fetchall() for query in SQL]


def test_news_of_one_stock_named_or_marked_up(answers: list[list[tuple[object, ...]]]) -> None:
    assert [title for _, title, _ in answers[0]] == [MARKED.title, NAMED.title]


def test_what_could_be_read_at_a_moment(answers: list[list[tuple[object, ...]]]) -> None:
    assert [(title, text) for _, title, text in answers[1]][1:] == [
        (NAMED.title, NAMED.paragraphs[0]),
        (EDITED.title, "五泉液(000858)净利润增长3.6%。"),
    ]


def test_what_was_edited_or_deleted(answers: list[list[tuple[object, ...]]]) -> None:
    before, after = ("五泉液(000858)净利润增长3.4%。", "五泉液(000858)净利润增长3.6%。")
    assert [row[3:] for row in answers[2]] == [(None, before, after), ("http_404", after, None)]
    assert {row[0] for row in answers[2]} == {EDITED.doc_id}


def test_the_first_price_after_it_could_be_known(answers: list[list[tuple[object, ...]]]) -> None:
    assert {(code, title, close) for code, title, _, _, close in answers[3]} == {
        ("sh600519", NAMED.title, 1710.5),
        ("sh600519", MARKED.title, 1710.5),
        ("sz000858", EDITED.title, 149.0),
    }


def test_datasets_pandas_polars_and_duckdb_read_the_folder_offline(folder: Path, data_python: Path) -> None:
    """And pandas joins prices as DuckDB does."""
    readers, joined = PYTHON
    script = f"""{readers}
expected = table.order("date").fetchall()
assert len(expected) == rows.num_rows == len(frame) == lazy.collect().height == 3, (rows, frame)
named = [row["named_stocks"] for row in rows.sort("date")]
assert named == [list(codes) for codes in frame.sort_values("date")["named_stocks"]]
assert named == lazy.sort("date").collect()["named_stocks"].to_list()
assert str(frame["date"].dtype) == "datetime64[ms, UTC]"
assert rows.features["knowable_at"].dtype == "timestamp[ms, tz=UTC]"
{joined}
print(*sorted(zip(joined["code"], joined["close"])), sep="\\n")
"""
    offline = environment(HF_HUB_OFFLINE="1", HF_DATASETS_OFFLINE="1", HF_HOME=str(folder / "hub"))
    done = subprocess.run(
        [data_python, "-c", script], cwd=folder, env=offline, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == ["('sh600519', 1710.5)"] * 2 + ["('sz000858', 149.0)"]
