"""The front matter of a post: its keys, their order, and how each is quoted."""

import functools
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

import frontmatter
import yaml
from frontmatter.default_handlers import YAMLHandler

KEYS: dict[str, type] = {
    "title": str, "categories": list, "headimg": str, "author": str, "comments": bool, "date": str, "thumbnail": str,
}  # fmt: skip
_QUOTED = frozenset({"title", "headimg", "thumbnail"})  # always, so that no value changes its type
# Words that YAML writes in quotes as they are. A text of them costs a hundredth of what the library takes for it.
_WORD = r"[\x21-\x7e\u2010-\u2027\u3001-\u303f\u4e00-\u9fff\uff00-\uffef]+"
_PLAIN = re.compile(f"{_WORD}(?: {_WORD})*")


class _Quoted(str):
    """A string that is written in single quotes."""


class _Dumper(yaml.SafeDumper):
    """YAML as the posts have it: list items are indented by one space."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)
        if indentless and self.indent:  # PyYAML's word for a list in a mapping, which it would not indent at all
            self.indent -= 1

    def represent_quoted(self, text: str) -> yaml.Node:
        return self.represent_scalar("tag:yaml.org,2002:str", str(text), style="'")


_Dumper.add_representer(_Quoted, _Dumper.represent_quoted)


class FrontMatterHandler(YAMLHandler):
    """python-frontmatter's YAML handler with the posts' order and quoting."""

    def export(self, metadata: Mapping[str, Any], **_kwargs: Any) -> str:
        """The lines between the two ``---``."""
        ordered = {key: metadata[key] for key in KEYS if key in metadata}
        ordered |= {key: value for key, value in metadata.items() if key not in KEYS}
        quoted = {key: _Quoted(value) if key in _QUOTED else value for key, value in ordered.items()}
        return yaml.dump(
            quoted, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=float("inf"), default_flow_style=False
        ).strip()


def rfc1123(moment: datetime) -> str:
    """``Fri, 09 Jul 2021 06:20:37 GMT``."""
    return format_datetime(moment.astimezone(UTC), usegmt=True)


def dump(metadata: Mapping[str, Any], content: str) -> str:
    """A whole post; it ends with one newline."""
    if list(metadata) != list(KEYS) or not all(_PLAIN.fullmatch(metadata[key]) for key in _QUOTED):
        return frontmatter.dumps(frontmatter.Post(content, **metadata), handler=FrontMatterHandler()) + "\n"
    lines = [_quoted_line(key, metadata[key]) if key in _QUOTED else _line(key, metadata[key]) for key in KEYS]
    return "\n".join(["---", *lines, "---", "", content.strip()]) + "\n"


def _quoted_line(key: str, value: str) -> str:
    inner = value.replace("'", "''")
    return f"{key}: '{inner}'"


def _line(key: str, value: str | bool | list[str]) -> str:
    return _exported_lines(key, tuple(value) if isinstance(value, list) else value)


@functools.lru_cache(maxsize=1000)
def _exported_lines(key: str, value: str | bool | tuple[str, ...]) -> str:
    """A key's lines as the library writes them, remembered: thousands of posts have the same values."""
    return FrontMatterHandler().export({key: list(value) if isinstance(value, tuple) else value})


def load(text: str) -> tuple[dict[str, Any], str]:
    """The front matter, empty where there is none, and the body. Raises yaml.YAMLError where it can't be read."""
    post = frontmatter.loads(text, handler=FrontMatterHandler())
    return post.metadata, post.content
