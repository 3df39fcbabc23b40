"""The element in which known paragraphs of a page stand."""

import pytest

from crawler.sina.container import PageText
from crawler.sina.dom import parse_html

KNOWN = ["甲" * 30, "乙" * 30]
BODY = "".join(f"<p>{text}</p>" for text in KNOWN)


@pytest.mark.parametrize(
    ("page", "where"),
    [
        (f"<div id=a>{BODY}<p>附件</p></div><div>{'别的' * 50}</div>", "a"),
        (f"<div id=a><h1>题</h1><div id=b>{BODY}</div></div>", "b"),
        (f"<div id=a><p>{KNOWN[0]}<span>{KNOWN[1]}</span></p><p>尾</p></div>", "a"),
        (f"<div id=a><script>{'x' * 500}</script><!-- {'y' * 500} -->{BODY}</div>", "a"),
        (f"<div>{KNOWN[0]}</div><p>{'别的' * 100}</p><div>{KNOWN[1]}</div>", None),
        (f"<div>{KNOWN[1]}</div>", None),
        ("<p></p>", None),
    ],
    ids=["its container", "the inner one", "round a paragraph", "beside a script", "too wide", "too little", "nothing"],
)
def test_the_container_is_the_least_that_holds_them_and_little_else(page: str, where: str | None) -> None:
    element = PageText(parse_html(f"<body>{page}</body>".encode())).element_of(KNOWN)
    assert (element.get("id") if element is not None else None) == where


def test_a_paragraph_that_is_not_there_is_forgiven() -> None:
    page = f"<body><div id=a>{BODY}</div><div>{'别的' * 50}</div></body>"
    element = PageText(parse_html(page.encode())).element_of([*KNOWN, "丙"])
    assert element is not None
    assert element.get("id") == "a"
