"""`scrapy completion`: what a shell needs to complete commands, spiders and options."""

import argparse
import sys
from pathlib import Path
from typing import Any

from scrapy.exceptions import UsageError
from scrapy.settings import BaseSettings
from scrapy.spiderloader import get_spider_loader

from crawler.run.known_commands import known_commands
from crawler.run.plain_command import PlainCommand

_SHELLS = ("bash", "zsh", "fish")
_PLACES = {"FILE": "file", "PATH": "file", "DIR": "directory", "FOLDER": "directory"}  # an option's metavar, what it is


class Command(PlainCommand):
    """Exit status 0: the script is printed; 2: no such shell."""

    examples = (
        "completion bash >> ~/.bash_completion",
        "completion zsh > ~/.zfunc/_sina-archive",
        "completion fish > ~/.config/fish/completions/sina-archive.fish",
    )
    takes_words = True
    requires_crawler_process = False

    def syntax(self) -> str:
        """How it is called."""
        return "|".join(_SHELLS)

    def short_desc(self) -> str:
        """One line of `scrapy -h`."""
        return "Print what a shell needs to complete commands, spiders and options"

    def work(self, opts: argparse.Namespace) -> None:  # noqa: ARG002  # there are none
        """For the name by which the program was called."""
        if len(self.words) != 1 or self.words[0] not in _SHELLS:
            raise UsageError(f"one of {', '.join(_SHELLS)} is wanted", print_help=False)
        import shtab  # no other command needs it

        assert self.settings is not None
        program = Path(sys.argv[0]).name
        parser = _parser("sina-archive" if program == "__main__.py" else program, self.settings)
        print(shtab.complete(parser, shell=self.words[0]))  # noqa: T201  # a command speaks to its user


def _parser(program: str, settings: BaseSettings) -> argparse.ArgumentParser:
    """All commands as parts of one parser, which Scrapy makes for the one that is called only."""
    parser = argparse.ArgumentParser(prog=program)
    parser.add_argument("--version", action="version", version="")
    parts = parser.add_subparsers()
    for name, command in sorted(known_commands(settings).items()):
        command.settings = settings  # type: ignore[assignment]  # as Scrapy's own main function has it
        part = parts.add_parser(name, help=command.short_desc(), conflict_handler="resolve")
        command.add_options(part)
        for action in part._actions:
            _complete(action)
        if name == "crawl":
            part.add_argument("spider", choices=sorted(get_spider_loader(settings).list()))
        elif name == "completion":
            part.add_argument("shell", choices=_SHELLS)
    return parser


def _complete(action: Any) -> None:
    """A place is completed as such."""
    import shtab

    if kind := _PLACES.get(str(action.metavar)):
        action.complete = {"file": shtab.FILE, "directory": shtab.DIRECTORY}[kind]
