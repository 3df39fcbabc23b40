"""The documents: each is there in English and Chinese, in step, and what they link and name is there."""

import re
from pathlib import Path
from urllib.parse import unquote

import pytest

from crawler import settings
from tests.support.crawling import ROOT
from tests.support.documents import ALL, CHINESE, FOR_READERS, anchors, blocks, headings, links, spans, table_keys, twin

PAIRS = [document for document in FOR_READERS if twin(document).exists()]
FOLDERS = {path.name for path in ROOT.iterdir() if path.is_dir()}
# Folders of which documents name what a run makes, not what is in the checkout.
MADE = {"output", "build", "demo"}


def name(document: Path) -> str:
    return str(document.relative_to(ROOT))


@pytest.mark.parametrize("document", FOR_READERS, ids=name)
def test_every_document_has_its_chinese_twin_and_both_name_each_other_at_the_top(document: Path) -> None:
    other = twin(document)
    assert other.exists(), f"translate {name(document)} as {name(other)}"
    assert links(document)[0] == other.name, f"begin {name(document)} with a link to {other.name}"
    assert links(other)[0] == document.name, f"begin {name(other)} with a link to {document.name}"


def test_no_twin_is_left_over() -> None:
    originals = {document.name.removesuffix(CHINESE) for document in ALL if document.name.endswith(CHINESE)}
    assert originals == {document.stem for document in PAIRS}


@pytest.mark.parametrize("document", PAIRS, ids=name)
def test_both_languages_have_the_same_headings(document: Path) -> None:
    english, chinese = ([level for level, _ in headings(path)] for path in (document, twin(document)))
    assert english == chinese, f"give {name(document)} and its twin the same headings, at the same levels and in order"


@pytest.mark.parametrize("document", PAIRS, ids=name)
def test_both_languages_have_the_same_code(document: Path) -> None:
    """A block that names no language may hold words, and then has them in the language of its document."""
    english, chinese = blocks(document), blocks(twin(document))
    assert [block.language for block in english] == [block.language for block in chinese], name(document)
    for ours, theirs in zip(english, chinese, strict=True):
        if ours.language:
            assert ours.text == theirs.text, f"copy this block of {name(document)} into its twin:\n{ours.text}"
        assert ours.text.count("\n") == theirs.text.count("\n"), f"{name(document)}: {ours.text}"


@pytest.mark.parametrize("document", PAIRS, ids=name)
def test_both_languages_have_the_same_tables(document: Path) -> None:
    english, chinese = table_keys(document), table_keys(twin(document))
    assert english == chinese, f"give {name(document)} and its twin the same rows"


@pytest.mark.parametrize("document", PAIRS, ids=name)
def test_both_languages_link_the_same_pages_each_in_its_own(document: Path) -> None:
    english = [link for link in links(document)[1:] if not link.startswith("#")]
    chinese = [link for link in links(twin(document))[1:] if not link.startswith("#")]
    assert len(english) == len(chinese), f"give {name(document)} and its twin the same links: {english}, {chinese}"
    for ours, theirs in zip(english, chinese, strict=True):
        page = ours.partition("#")[0]
        is_in_two = not page.startswith("http") and twin(document.parent / page).exists()
        translated = str(twin(Path(page))) if is_in_two else page
        assert theirs.partition("#")[0] == translated, f"{name(twin(document))}: {theirs}"


@pytest.mark.parametrize("document", ALL, ids=name)
def test_every_relative_link_leads_to_a_file_and_to_a_heading_of_it(document: Path) -> None:
    for link in links(document):
        if re.match(r"[a-z]+:", link):
            continue
        page, _, anchor = unquote(link).partition("#")
        target = (document.parent / page).resolve() if page else document
        assert target.exists(), f"{name(document)} links {link}, and nothing is there"
        assert not anchor or anchor in anchors(target), f"{name(document)} links {link}; there are {anchors(target)}"


@pytest.mark.parametrize("document", [*FOR_READERS, *map(twin, PAIRS)], ids=name)
def test_every_path_of_the_checkout_in_backticks_is_there(document: Path) -> None:
    """A command has a blank, a pattern has signs, and what a run makes is in a folder of its own."""
    paths = [span for span in spans(document) if re.fullmatch(r"[\w.-]+/[\w./-]+", span)]
    ours = [path for path in paths if path.partition("/")[0] in FOLDERS - MADE]
    missing = [path for path in ours if not (ROOT / path).exists()]
    assert not missing, f"correct these paths in {name(document)}, nothing is there: {missing}"


@pytest.mark.parametrize("document", [*FOR_READERS, *map(twin, PAIRS)], ids=name)
def test_every_setting_that_is_named_exists(document: Path) -> None:
    named = set(re.findall(r"\bARCHIVE_[A-Z_]*[A-Z]\b(?!_?…)", document.read_text(encoding="utf-8")))
    unknown = named - set(vars(settings))
    assert not unknown, f"{name(document)} names settings that are none: {unknown}"
