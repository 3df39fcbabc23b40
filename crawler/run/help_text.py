"""What ``-h`` of a command says below its options: the arguments it takes, and examples."""

import argparse
import re
from collections.abc import Iterable, Mapping
from textwrap import fill

from scrapy.commands import ScrapyHelpFormatter

_COLUMNS = 80
_INDENT = 24  # where Scrapy's own help of an option begins
_IN_BRACKETS = re.compile(r"\[[^]]*\]")
_NO_BREAK = "\xa0"


class HelpFormatter(ScrapyHelpFormatter, argparse.RawDescriptionHelpFormatter):
    """Scrapy's, which leaves the lines of what stands below the options as they are."""


def say_below(parser: argparse.ArgumentParser, parts: Iterable[str]) -> None:
    """Puts the parts below the options, and breaks the line of the usage, which argparse leaves as it is given."""
    parser.formatter_class = HelpFormatter
    if parser.usage:
        usage = _IN_BRACKETS.sub(lambda option: option[0].replace(" ", _NO_BREAK), parser.usage)
        parser.usage = _filled(usage, "  ", 4).strip().replace(_NO_BREAK, " ")
    parser.epilog = "\n\n".join(parts)


def examples(lines: Iterable[str]) -> str:
    """A heading, and the commands."""
    return "\n".join(["Examples", "--------", *(f"  scrapy {line}" for line in lines)])


def arguments(spider: str, known: Mapping[str, str]) -> str:
    """A heading, and what each argument of a spider means."""
    heading = f"Arguments of {spider}, each as -a NAME=VALUE"
    lines = [_filled(meaning, f"  {name:<{_INDENT - 2}}", _INDENT) for name, meaning in known.items()] or ["  none"]
    return "\n".join([heading, "-" * len(heading), *lines])


def _filled(text: str, before: str, indent: int) -> str:
    return fill(
        text, _COLUMNS, initial_indent=before, subsequent_indent=" " * indent,
        break_long_words=False, break_on_hyphens=False,
    )  # fmt: skip
