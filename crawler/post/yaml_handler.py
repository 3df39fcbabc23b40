"""YAML as the posts have it. A file of its own: a run that finds nothing new can do without the library."""

from collections.abc import Collection, Mapping
from typing import Any

import yaml
from frontmatter.default_handlers import YAMLHandler


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


class YamlHandler(YAMLHandler):
    """python-frontmatter's handler with the posts' order and quoting."""

    def __init__(self, order: Collection[str], quoted: Collection[str]) -> None:
        """`order`: the keys that come first; `quoted`: those whose values are always written in quotes."""
        super().__init__()
        self._order = order
        self._quoted = quoted

    def export(self, metadata: Mapping[str, Any], **_kwargs: Any) -> str:
        """The lines between the two ``---``."""
        ordered = {key: metadata[key] for key in self._order if key in metadata}
        ordered |= {key: value for key, value in metadata.items() if key not in self._order}
        quoted = {key: _Quoted(value) if key in self._quoted else value for key, value in ordered.items()}
        return yaml.dump(
            quoted, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=float("inf"), default_flow_style=False
        ).strip()
