"""The pages of a WACZ: the archive's texts whose captures are in it, each with its title and its own words."""

import json
from collections.abc import Iterable, Iterator, Mapping

from crawler.post.plain_text import plain_text
from crawler.times import iso
from crawler.wacz.texts import CapturedText

_HEAD = {"format": "json-pages-1.0", "id": "pages", "title": "Articles", "hasText": True}


def page_lines(texts: Iterable[CapturedText]) -> Iterator[bytes]:
    """The lines of pages.jsonl."""
    yield _line(_HEAD)
    for text in texts:
        page = {"id": f"{text.doc_id}-{text.number}", "url": text.capture.url, "ts": iso(text.capture.at)}
        words = {"text": plain_text(text.markdown)} if text.markdown is not None else {}
        yield _line(page | {"title": text.title} | words)


def _line(fields: Mapping[str, object]) -> bytes:
    return json.dumps(fields, ensure_ascii=False).encode() + b"\n"
