"""Tables of data become tables; tables that lay a page out are read like any other box."""

import pytest

from tests.support.snippets import PICTURE, SHOWN, blocks_html


def cells(*rows: str) -> str:
    """The table of these rows, cells separated by |, as the walk hands it on."""
    lines = []
    for number, row in enumerate(rows):
        tag = "td" if number else "th"
        lines.append("<tr>" + "".join(f"<{tag}>{cell}</{tag}>" for cell in row.split("|")) + "</tr>")
    return f"<table>{''.join(lines)}</table>"


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        pytest.param("<tr><td>甲<td>乙<tr><td>1<td>2", cells("甲|乙", "1|2"), id="plain"),
        pytest.param("<thead><tr><th>甲<th>乙<tbody><tr><td>1<td>2", cells("甲|乙", "1|2"), id="head-and-body"),
        pytest.param(
            "<tr><td>\u3000甲 <td>&nbsp;乙<tr><td>1<td>2",
            cells("甲|乙", "1|2"),
            id="indents",
        ),
        pytest.param("<tr><td>甲<br>乙<td><p>丙<p>丁<tr><td>1<td>2", cells("甲 乙|丙 丁", "1|2"), id="lines-in-a-cell"),
        pytest.param("<tr><td colspan=2>甲<tr><td>1<td>2", cells("甲|", "1|2"), id="colspan"),
        pytest.param("<tr><td rowspan=2>甲<td>乙<tr><td>2", cells("甲|乙", "|2"), id="rowspan"),
        pytest.param(
            "<tr><td rowspan=2>门类<td colspan=2>收入<td rowspan=2>注<tr><td>金额<td>增长<tr><td>计<td>1<td>2<td>全",
            cells("门类|收入||注", "|金额|增长|", "计|1|2|全"),
            id="two-header-rows",
        ),
        pytest.param(
            "<tr><td>甲<td>乙<td><tr><td>1<td>2<td>&nbsp;",
            cells("甲|乙", "1|2"),
            id="an-empty-column",
        ),
        pytest.param("<tr><td>甲<td>乙<tr><td><td><tr><td>1<td>2", cells("甲|乙", "1|2"), id="an-empty-row"),
        pytest.param("<tr><td>甲<td>乙<tr><td>1", cells("甲|乙", "1|"), id="a-short-row"),
        pytest.param("<tr><td>甲<td><b>乙</b><tr><td>1<td>2", cells("甲|<strong>乙</strong>", "1|2"), id="bold"),
        pytest.param(
            "<tr><td>甲|乙<td>丙<tr><td>1<td>2", cells("甲¦|丙", "1|2").replace("¦", "|乙"), id="a-bar-in-a-cell"
        ),
        pytest.param(
            "<tr><td colspan=0 rowspan=x>甲<td colspan=-1>乙<tr><td>1<td>2", cells("甲|乙", "1|2"), id="odd-spans"
        ),
        pytest.param("<tr><td colspan=99999999>甲<td>乙<tr><td>1<td>2", cells("甲||乙", "1|2|"), id="an-endless-span"),
        pytest.param(
            f"<tr><td colspan={'9' * 5000}>甲<td>乙<tr><td>1<td>2",
            cells("甲||乙", "1|2|"),
            id="a-longer-one",
        ),
        pytest.param(
            "<tr><td>甲<td><ul><li>乙<li>丙</ul><tr><td>1<td>2",
            cells("甲|乙 丙", "1|2"),
            id="a-list-in-a-cell",
        ),
        pytest.param(
            '<tr style="display:none"><td>x<td>y<tr><td>甲<td>乙<tr><td>1<td>2',
            cells("甲|乙", "1|2"),
            id="hidden",
        ),
    ],
)
def test_a_table_of_data_is_a_grid(table: str, expected: str) -> None:
    assert blocks_html(f"<table>{table}</table>") == expected


@pytest.mark.parametrize(
    ("body", "markup"),
    [
        pytest.param("<table><tr><td>甲</td></tr></table>", "<p>甲</p>", id="one-cell"),
        pytest.param("<table><tr><td>甲</td><td>乙</td></tr></table>", "<p>甲</p><p>乙</p>", id="one-row"),
        pytest.param("<table><tr><td>甲<tr><td>乙</table>", "<p>甲</p><p>乙</p>", id="one-column"),
        pytest.param(f"<table><tr><td><img src={PICTURE}><td>甲<tr><td>乙<td>丙</table>", None, id="with-a-picture"),
        pytest.param(
            "<table><tr><td>甲<td><table><tr><td>a<td>b<tr><td>1<td>2</table></table>",
            "<p>甲</p>" + cells("a|b", "1|2"),
            id="round-another-table",
        ),
        pytest.param("<table></table><table><tr></tr></table>", "", id="empty"),
        pytest.param(
            '<p>甲</p><table><tr><td><ins class="sinaads">广告</ins><td></table><p>乙</p>',
            "<p>甲</p><p>乙</p>",
            id="of-an-ad",
        ),
    ],
)
def test_a_table_for_layout_is_read_like_a_box(body: str, markup: str | None) -> None:
    assert blocks_html(body) == (markup if markup is not None else f"{SHOWN}<p>甲</p><p>乙</p><p>丙</p>")


DATA = "<tr><td>甲<td>乙<tr><td>1<td>2</table>"


@pytest.mark.parametrize(
    ("body", "captions"),
    [
        (f"<table><caption>表一</caption>{DATA}", 1),
        (f"<p>表一</p><table><caption>表一</caption>{DATA}", 1),
        (f"<p>表一。</p><table><caption>表一</caption>{DATA}", 2),
        (f"<table><caption> </caption>{DATA}", 0),
    ],
    ids=["alone", "repeated", "another", "empty"],
)
def test_a_caption_stands_once_before_its_table(body: str, captions: int) -> None:
    markup = blocks_html(body)
    assert markup.count("表一") == captions
    assert markup.endswith(cells("甲|乙", "1|2"))


def test_no_cell_is_lost_where_a_few_spans_are_far_too_wide() -> None:
    wide = "".join(f"<tr><td colspan=100 rowspan=100>甲{number}</td></tr>" for number in range(4))
    assert all(f"甲{number}" in blocks_html(f"<table>{wide}<tr><td>1<td>2</table>") for number in range(4))


def test_a_wide_row_and_a_long_column_do_not_multiply() -> None:
    table = "<table><tr>" + "<td>x" * 400 + "<tr><td>y" * 400 + "</table>"
    assert len(blocks_html(table)) < 40 * len(table)
