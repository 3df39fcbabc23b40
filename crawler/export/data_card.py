"""The card of a data set, README.md as the Hub of Hugging Face reads it: what is in it, and how complete it is."""

from collections.abc import Iterable, Sequence

from crawler.completeness.completeness import Completeness
from crawler.completeness.estimate import in_words
from crawler.export.columns import COLUMNS, LIST, NUMBER, TEXT, TIME, TRUTH
from crawler.export.data_set import DATA, MARK, Month
from crawler.export.rows import RowFilter
from crawler.sina.channels import CHANNELS
from crawler.times import iso

_TYPES = {TEXT: "string", TIME: "timestamp, ms, UTC", NUMBER: "int32", TRUTH: "bool", LIST: "list of string"}
_SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"))
_LARGEST = "1M<n<10M"
_NAMES = {channel.lid: channel.name for channel in CHANNELS}


def data_card(months: Sequence[Month], row_filter: RowFilter, populations: Iterable[Completeness]) -> str:
    """Of these months; the same archive gives the same card."""
    names = {month.name for month in months}
    what = "every revision and deletion of an article" if row_filter.every else "an article, with its newest text"
    until = f", as it was known at {iso(row_filter.as_of)}" if row_filter.as_of else ""
    return "\n".join([
        _head(sum(month.rows for month in months)),
        MARK,
        "# 新浪财经国内新闻 · Domestic news of Sina Finance",
        "",
        f"A row for {what}{until}.",
        f"One file a month of publication, in Beijing (`{DATA}/2024-03.parquet`); rows are in the order of `date`,",
        "`doc_id`, `seen_at` and `revision`, a thousand in a row group.",
        "",
        "```python",
        'datasets.load_dataset("FOLDER", split="train")  # offline, too',
        f'pandas.read_parquet("FOLDER/{DATA}")',
        f'polars.scan_parquet("FOLDER/{DATA}/*.parquet")',
        f'duckdb.sql("FROM \'FOLDER/{DATA}/*.parquet\'")',
        "```",
        "",
        "## Licence",
        "The texts belong to Sina and to the media named in `media`. No licence for them comes with these files: what",
        "research and quotation allow depends on where you are.",
        "",
        "## Columns",
        "Times are in UTC. A text can't have been used before its `knowable_at`. Columns marked *fact* are null where",
        "the page of that text was not kept.",
        "",
        *_table(("column", "type", "meaning"), (
            (f"`{column.name}`", _TYPES[column.kind], ("*fact* " if column.is_fact else "") + column.meaning)
            for column in COLUMNS
        )),
        "",
        "## Counts",
        *_table(("month", "rows", "characters", "gone"), (
            (month.name, month.rows, month.characters, month.gone) for month in months
        )),
        "",
        "## Completeness",
        "`known`: articles that a list, another witness or a web archive showed in that month. `unseen`: how many",
        "nobody saw, estimated from who saw which.",
        "",
        *_table(("month", "channel", "known", "unseen"), (
            (population.month, _channel(population.channel), population.known, in_words(population.estimate))
            for population in sorted(populations, key=lambda population: (population.month, population.channel))
            if population.month in names
        )),
        "",
    ])  # fmt: skip


def _head(rows: int) -> str:
    import yaml  # only this needs it

    size = next((name for most, name in _SIZES if rows < most), _LARGEST)
    head = {
        "configs": [{"config_name": "default", "data_files": [{"split": "train", "path": f"{DATA}/*.parquet"}]}],
        "language": ["zh"],
        "license": "other",
        "license_name": "texts-of-their-publishers",
        "pretty_name": "新浪财经国内新闻",
        "size_categories": [size],
        "tags": ["finance", "news", "point-in-time"],
    }
    return f"---\n{yaml.safe_dump(head, allow_unicode=True, sort_keys=False)}---"


def _channel(lid: str) -> str:
    return f"{_NAMES[lid]} ({lid})" if lid in _NAMES else lid


def _table(heading: Sequence[str], rows: Iterable[Sequence[object]]) -> list[str]:
    cells = (heading, ["---"] * len(heading), *rows)
    return [f"| {' | '.join(str(cell).replace('|', '/') for cell in row)} |" for row in cells]
