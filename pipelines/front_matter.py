"""The front matter of a post: its keys, their order, and how each is quoted."""

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

import frontmatter
import yaml
from frontmatter.default_handlers import YAMLHandler

KEYS = ("title", "categories", "headimg", "author", "comments", "date", "thumbnail")
_QUOTED = frozenset({"title", "headimg", "thumbnail"})  # always, so that no value changes its type


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
    return frontmatter.dumps(frontmatter.Post(content, **metadata), handler=FrontMatterHandler()) + "\n"


def load(text: str) -> tuple[dict[str, Any], str]:
    """The front matter and the body of a post. Raises yaml.YAMLError where the front matter is none."""
    post = frontmatter.loads(text, handler=FrontMatterHandler())
    return post.metadata, post.content
