"""Feeds as those who read them have them: each is valid, or a test that reads it fails."""

import json
from pathlib import Path
from typing import Any

import feedparser
import jsonschema
from lxml import etree

from tests.support.crawling import FIXTURES

_ATOM = etree.RelaxNG(etree.parse(FIXTURES / "atom.rng"))
_JSON = jsonschema.Draft202012Validator(json.loads((FIXTURES / "json_feed.schema.json").read_text(encoding="utf-8")))


def atom(content: bytes | Path) -> Any:
    """What feedparser reads of it."""
    content = content.read_bytes() if isinstance(content, Path) else content
    _ATOM.assertValid(etree.fromstring(content))
    feed = feedparser.parse(content)
    assert not feed.bozo, feed.bozo_exception
    assert feed.version == "atom10"
    _check_ids([entry.id for entry in feed.entries])
    return feed


def json_feed(content: bytes | Path) -> dict[str, Any]:
    """The object that it is."""
    feed: dict[str, Any] = json.loads(content.read_bytes() if isinstance(content, Path) else content)
    _JSON.validate(feed)
    _check_ids([item["id"] for item in feed["items"]])
    return feed


def _check_ids(ids: list[str]) -> None:
    assert len(set(ids)) == len(ids)
