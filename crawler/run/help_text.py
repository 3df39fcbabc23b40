"""What ``-h`` of a command says below its options: the arguments it takes, and examples."""

import argparse
from collections.abc import Iterable, Mapping

from scrapy.commands import ScrapyHelpFormatter

_WIDTH = 24  # where Scrapy's own help of an option begins


class HelpFormatter(ScrapyHelpFormatter, argparse.RawDescriptionHelpFormatter):
    """Scrapy's, which leaves the lines of what stands below the options as they are."""


def say_below(parser: argparse.ArgumentParser, parts: Iterable[str]) -> None:
    """Puts the parts below the options."""
    parser.formatter_class = HelpFormatter
    parser.epilog = "\n\n".join(parts)


def examples(lines: Iterable[str]) -> str:
    """A heading, and the commands."""
    return "\n".join(["Examples", "--------", *(f"  scrapy {line}" for line in lines)])


def arguments(spider: str, known: Mapping[str, str]) -> str:
    """A heading, and what each argument of a spider means."""
    heading = f"Arguments of {spider}, each as -a NAME=VALUE"
    lines = [f"  {name:<{_WIDTH - 2}}{meaning}" for name, meaning in known.items()] or ["  none"]
    return "\n".join([heading, "-" * len(heading), *lines])
