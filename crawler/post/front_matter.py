"""The front matter of a post: its keys, their order, and how each is quoted."""

import functools
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from crawler.post.yaml_handler import YamlHandler

KEYS: dict[str, type] = {
    "title": str, "categories": list, "headimg": str, "author": str, "comments": bool, "date": str, "thumbnail": str,
}  # fmt: skip
_QUOTED = frozenset({"title", "headimg", "thumbnail"})  # always, so that no value changes its type
# Words that YAML writes in quotes as they are. A text of them costs a hundredth of what the library takes for it.
_WORD = r"[\x21-\x7e\u2010-\u2027\u3001-\u303f\u4e00-\u9fff\uff00-\uffef]+"
_PLAIN = re.compile(f"{_WORD}(?: {_WORD})*")


def rfc1123(moment: datetime) -> str:
    """``Fri, 09 Jul 2021 06:20:37 GMT``."""
    return format_datetime(moment.astimezone(UTC), usegmt=True)


def dump(metadata: Mapping[str, Any], content: str) -> str:
    """A whole post; it ends with one newline."""
    if list(metadata) != list(KEYS) or not all(_PLAIN.fullmatch(metadata[key]) for key in _QUOTED):
        import frontmatter

        return frontmatter.dumps(frontmatter.Post(content, **metadata), handler=_handler()) + "\n"
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
    return _handler().export({key: list(value) if isinstance(value, tuple) else value})


def load(text: str) -> tuple[dict[str, Any], str]:
    """The front matter, empty where there is none, and the body. Raises yaml.YAMLError where it can't be read."""
    import frontmatter

    post = frontmatter.loads(text, handler=_handler())
    return post.metadata, post.content


def _handler() -> "YamlHandler":
    from crawler.post.yaml_handler import YamlHandler  # only here: a run that finds nothing new needs no YAML

    return YamlHandler(KEYS, _QUOTED)
