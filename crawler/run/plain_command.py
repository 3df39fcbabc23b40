"""What all commands have in common: an error that their caller can mend is one line, its traceback is for DEBUG."""

import argparse
import logging
import os
import sys
from abc import abstractmethod
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from difflib import get_close_matches
from itertools import dropwhile, islice, takewhile
from typing import ClassVar

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError
from scrapy.settings import BaseSettings

from crawler.archive.lock import ArchiveLocked
from crawler.run.check_settings import check_log
from crawler.run.existing_archive import REASONS, in_words
from crawler.run.help_text import examples, say_below
from crawler.run.one_line import one_line
from crawler.run.outcome import LOCKED
from crawler.run.streams import write_what_can_be_written

logger = logging.getLogger(__name__)
CTRL_C = 130  # as shells say it


class PlainCommand(ScrapyCommand):
    """Exit status 1 for what went wrong, 2 for a wrong call, 15 for an archive that is held, 130 for Ctrl-C."""

    requires_project = True
    takes_words = False
    examples: ClassVar[tuple[str, ...]]
    words: list[str]

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """The global ones; and the names of all, to say what an unknown one may mean."""
        super().add_options(parser)
        say_below(parser, [examples(self.examples)])
        self._parser = parser

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """Refuses what is no option, and a log that can't be."""
        with said_as_usage():
            refuse_unknown_options(args, self._parser)
            if args and not self.takes_words:
                raise UsageError(f"{args[0]!r} is too much: options only are taken")
            super().process_options(args, opts)
            assert self.settings is not None
            check_log(self.settings)

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Does the work, in a terminal of any encoding, and for a reader that may stop reading."""
        assert self.settings is not None
        write_what_can_be_written()
        try:
            self.words = [*takewhile(_is_before_words, args), *islice(dropwhile(_is_before_words, args), 1, None)]
            self.work(opts)
            sys.stdout.flush()
        except BrokenPipeError:  # as Python's documentation has it: nobody reads on
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            self.exitcode = 1
        except KeyboardInterrupt:
            self.exitcode = CTRL_C
        except UsageError:
            raise
        except REASONS as error:
            self.exitcode = LOCKED if isinstance(error, ArchiveLocked) else 1
            _say(error, self.settings)

    @abstractmethod
    def work(self, opts: argparse.Namespace) -> None:
        """What the command does, with `self.words` where it takes any. Any of REASONS is said in one line."""


def _say(error: BaseException, settings: BaseSettings) -> None:
    print(in_words(error, settings), file=sys.stderr)  # noqa: T201  # a command speaks to its user
    if settings["LOG_LEVEL"] == "DEBUG":
        logger.error("where that was said", exc_info=error)


@contextmanager
def said_as_usage() -> Iterator[None]:
    """A file that Scrapy opens for an option and can't is named in one line."""
    try:
        yield
    except OSError as error:
        raise UsageError(one_line(f"{error.filename}: {error.strerror}"), print_help=False) from error


def refuse_unknown_options(args: Iterable[str], parser: argparse.ArgumentParser) -> None:
    """Raises UsageError that names the nearest: Scrapy's parser takes what it does not know for a word."""
    known = [name for action in parser._actions for name in action.option_strings]
    for word in takewhile(_is_before_words, args):
        if word.startswith("-") and word != "-":
            near = get_close_matches(word.partition("=")[0], known, 1)
            raise UsageError(f"there is no option {word}{f' (did you mean {near[0]}?)' if near else ''}")


def _is_before_words(word: str) -> bool:
    """What stands behind a ``--`` is no option, whatever it looks like."""
    return word != "--"
