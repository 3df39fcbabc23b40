"""The policy of rules: each cleans a page, spares sentences that only look like it, and says what it took."""

from collections.abc import Iterator

import pytest

from crawler.sina import boilerplate_text, related
from crawler.sina.article import parse_page
from crawler.sina.boilerplate_markup import BOILERPLATE
from tests.support.boilerplate_examples import BY_MARKUP_KEEPS, BY_WORDS
from tests.support.snippets import URL, article_body, page

FIRST = "<p>首段。</p>"
JUNK = "甲乙丙丁"
EMPTY = ("input", "link", "meta")  # elements that hold nothing


def removals(body: str) -> list[tuple[str, str]]:
    """What is removed of an article that begins with a paragraph: rule and text."""
    return [(removal.rule, removal.text) for removal in parse_page(page(FIRST + body), URL).article.removed]


def names() -> Iterator[tuple[str, str]]:
    """Each tag, class, id and part of an attribute that is boilerplate: its rule, and markup that has it."""
    for tag, rule in BOILERPLATE.tags.items():
        yield rule, f"<{tag}>" if tag in EMPTY else f"<{tag}>{JUNK}</{tag}>"
    for name, rule in BOILERPLATE.classes.items():
        yield rule, f'<div class="x {name}">{JUNK}</div>'
    for name, rule in BOILERPLATE.ids.items():
        yield rule, f'<div id="{name}">{JUNK}</div>'
    for attribute, part, rule in (*BOILERPLATE.prefixes, *BOILERPLATE.substrings):
        yield rule, f'<div {attribute}="{part}1">{JUNK}</div>'
    yield "hidden", f'<span style="color:red; DISPLAY : none">{JUNK}</span>'
    yield "hidden", f"<p hidden>{JUNK}</p>"


def test_every_rule_has_pages_and_sentences() -> None:
    assert BY_WORDS.keys() == {*boilerplate_text.RULES, *related.RULES}
    assert BY_MARKUP_KEEPS.keys() == BOILERPLATE.rules() == {rule for rule, _ in names()}
    assert all(examples.cleans and examples.keeps for examples in BY_WORDS.values())
    assert all(BY_MARKUP_KEEPS.values())


CLEANED = [(rule, body) for rule, examples in BY_WORDS.items() for body in examples.cleans]


@pytest.mark.parametrize(("rule", "body"), CLEANED)
def test_a_rule_cleans_its_page_and_nothing_else(rule: str, body: str) -> None:
    assert article_body(FIRST + body) == FIRST
    taken = removals(body)
    assert taken
    assert {by for by, _ in taken} == {rule}
    assert all(text for _, text in taken)


KEPT = [body for examples in BY_WORDS.values() for body in examples.keeps]


@pytest.mark.parametrize("body", KEPT)
def test_a_sentence_that_only_looks_like_it_stays(body: str) -> None:
    assert removals(body) == []
    assert removals(f"{body}<p>末段。</p>") == []


@pytest.mark.parametrize(("rule", "markup"), list(names()))
def test_a_name_cleans_its_page(rule: str, markup: str) -> None:
    assert article_body(f"{FIRST}{markup}<p>末段。</p>") == f"{FIRST}<p>末段。</p>"
    is_unread = markup.startswith(tuple(f"<{tag}>" for tag in (*EMPTY, "script", "style")))
    assert removals(f"{markup}<p>末段。</p>") == ([] if is_unread else [(rule, JUNK)])


@pytest.mark.parametrize("markup", [markup for markups in BY_MARKUP_KEEPS.values() for markup in markups])
def test_a_name_that_only_looks_like_it_stays(markup: str) -> None:
    assert removals(markup) == []


def test_what_stands_between_sinas_comments_is_named_too() -> None:
    between = "<!--NEWSZW_HZH_BEGIN--><table><tr><td>家装<b>博览会</b></table><!--NEWSZW_HZH_END-->"
    assert removals(f"<p>二{between}段。</p><!-- publish_helper_end --><p>已有<b>3</b>条</p><p>评论</p>") == [
        ("between_comments", "家装 博览会"),
        ("behind_end_of_text", "已有 3 条 评论"),
    ]
