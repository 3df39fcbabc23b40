"""How much of the article a tool gives, and how much else: by character 4-grams, paragraphs and images.

Chinese has no spaces between words, so runs of four characters stand for them. A caption, and a
table's cells, may stand in an answer or not.
"""

import difflib
import re
import statistics
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass

from bench.extractors import Extractor
from bench.pages import SavedPage
from bench.reading import Answer, read, squeeze


@dataclass(frozen=True, slots=True)
class Accuracy:
    """All from 0 to 1. ``blocks`` is the share of paragraphs that stand alone and to the letter."""

    precision: float = 0.0
    recall: float = 0.0
    f1: float = 0.0
    blocks: float = 0.0
    images: float = 0.0


def measure(extractor: Extractor, pages: Iterable[SavedPage]) -> tuple[Accuracy, list[str]]:
    """The mean over pages, and the pages it failed on, which count as 0."""
    scores, failed = [], []
    for page in pages:
        try:
            scores.append(score(page, read(extractor(page.body, page.url))))
        except Exception as error:  # a tool that fails on a page has not found its article
            scores.append(Accuracy())
            failed.append(f"{page.name}: {type(error).__name__}")
    columns = zip(*(asdict(accuracy).values() for accuracy in scores), strict=True)
    return Accuracy(*(statistics.fmean(column) for column in columns)), failed


def score(page: SavedPage, answer: Answer) -> Accuracy:
    """How well `answer` gives the article of `page`."""
    wanted = [squeeze(block) for block in page.blocks]
    must, got = _grams("".join(wanted)), _grams(answer.text)
    may = sum((_grams(squeeze(text)) for text in page.may), start=must)
    # Grams across the border of two blocks differ by what stands between them: three a border.
    borders = 3 * (len(page.blocks) + len(page.may) + len(page.images))
    precision = min(1.0, ((may & got).total() + borders) / got.total()) if got else 0.0
    recall = min(1.0, ((must & got).total() + borders) / must.total()) if must else float(not got)
    standing = (Counter(wanted) & Counter(answer.blocks)).total()
    return Accuracy(
        precision if answer.text else 0.0,
        recall if answer.text else 0.0,
        _f1(precision, recall) if answer.text else 0.0,
        standing / len(wanted) if wanted else 1.0,
        _in_order([_address(url) for url in page.images], [_address(url) for url in answer.images]),
    )


def _grams(text: str, size: int = 4) -> Counter[str]:
    return Counter(text[at : at + size] for at in range(max(1, len(text) - size + 1))) if text else Counter()


def _f1(precision: float, recall: float) -> float:
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def _in_order(wanted: Sequence[str], got: Sequence[str]) -> float:
    if not wanted and not got:
        return 1.0
    matching = difflib.SequenceMatcher(None, wanted, got, autojunk=False).get_matching_blocks()
    return 2 * sum(match.size for match in matching) / (len(wanted) + len(got))


def _address(url: str) -> str:
    return re.sub(r"^https?:", "", url.partition("#")[0])
