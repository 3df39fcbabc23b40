"""The one form that a table has on a terminal."""

from collections.abc import Iterable

from rich import box
from rich.table import Table
from rich.text import Text

from crawler.run.one_line import one_line


def terminal_table(columns: Iterable[str], numbers: Iterable[str] = (), title: str = "", caption: str = "") -> Table:
    """An empty table; `numbers` names the columns of figures. Its last column takes what room is left, and folds."""
    table = Table(title=title or None, caption=caption or None, box=box.SIMPLE_HEAD, pad_edge=False)
    table.padding = (0, 1, 0, 0)
    *fixed, last = columns
    right = set(numbers)
    for name in fixed:
        table.add_column(name, no_wrap=True, justify="right" if name in right else "left")
    table.add_column(last, overflow="fold")
    return table


def cells(*values: object) -> list[Text]:
    """The cells of a row as they are: brackets in a title are no markup."""
    return [Text(one_line(value)) for value in values]
