"""The policy of rules: each cleans a page, spares sentences that only look like it, and says what it took."""

import pytest

from crawler.sina import boilerplate_text, related
from crawler.sina.article import parse_page
from crawler.sina.boilerplate_markup import BOILERPLATE, readable
from tests.support.boilerplate_examples import BY_MARKUP, BY_WORDS
from tests.support.snippets import URL, article_body, element, page

FIRST = "<p>首段。</p>"


def removals(body: str) -> list[tuple[str, str]]:
    """What is removed of an article that begins with a paragraph: rule and text."""
    return [(removal.rule, removal.text) for removal in parse_page(page(FIRST + body), URL).article.removed]


def names(body: str) -> set[str]:
    """The tags, classes, ids and parts of attributes by which the elements of a body are boilerplate."""
    seen = set()
    for node in element(f"<div>{body}</div>").iter():
        parts = (*BOILERPLATE.prefixes, *BOILERPLATE.substrings)
        seen |= {str(node.tag), *(node.get("class") or "").split(), f"#{node.get('id')}"}
        seen |= {f"{name}~{part}" for name, part, _ in parts if part in (node.get(name) or "")}
    return seen


def test_every_rule_has_pages_and_sentences() -> None:
    assert BY_WORDS.keys() == {*boilerplate_text.RULES, *related.RULES}
    assert BY_MARKUP.keys() == BOILERPLATE.rules()
    assert all(examples.cleans and examples.keeps for examples in (*BY_WORDS.values(), *BY_MARKUP.values()))


def test_every_name_has_a_page_of_its_rule() -> None:
    for rule, examples in BY_MARKUP.items():
        ruled = {name for name, by in (*BOILERPLATE.tags.items(), *BOILERPLATE.classes.items()) if by == rule}
        ruled |= {f"#{name}" for name, by in BOILERPLATE.ids.items() if by == rule}
        ruled |= {f"{a}~{part}" for a, part, by in (*BOILERPLATE.prefixes, *BOILERPLATE.substrings) if by == rule}
        assert ruled - set().union(*map(names, examples.cleans)) == set(), rule


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


BY_NAME = [(rule, body) for rule, examples in BY_MARKUP.items() for body in examples.cleans]


@pytest.mark.parametrize(("rule", "body"), BY_NAME)
def test_a_name_cleans_its_page(rule: str, body: str) -> None:
    assert article_body(f"{FIRST}{body}<p>末段。</p>") == f"{FIRST}<p>末段。</p>"
    shown = removals(f"{body}<p>末段。</p>")
    assert {by for by, _ in shown} <= {rule}
    assert bool(shown) == bool(readable(element(body)))


@pytest.mark.parametrize("body", [body for examples in BY_MARKUP.values() for body in examples.keeps])
def test_a_name_that_only_looks_like_it_stays(body: str) -> None:
    assert removals(body) == []


def test_what_stands_between_sinas_comments_is_named_too() -> None:
    between = "<!--NEWSZW_HZH_BEGIN--><table><tr><td>家装<b>博览会</b></table><!--NEWSZW_HZH_END-->"
    assert removals(f"<p>二{between}段。</p><!-- publish_helper_end --><p>已有<b>3</b>条</p><p>评论</p>") == [
        ("between_comments", "家装 博览会"),
        ("behind_end_of_text", "已有 3 条 评论"),
    ]
