"""All commands, Scrapy's own and the project's; one that is none is refused with the name of the nearest."""

import sys
from collections.abc import Iterable

from scrapy.cmdline import _get_commands_dict  # Scrapy has no public name for all of its commands
from scrapy.commands import ScrapyCommand
from scrapy.settings import BaseSettings

from crawler.run.check_settings import did_you_mean


def known_commands(settings: BaseSettings) -> dict[str, ScrapyCommand]:
    """Each by its name."""
    return _get_commands_dict(settings, inproject=True)


def refuse_unknown_command(words: Iterable[str], settings: BaseSettings) -> None:
    """Scrapy takes the first word for a command that is no option; exit status 2 where there is no such one."""
    name = next((word for word in words if not word.startswith("-")), None)
    known = known_commands(settings)
    if name is not None and name not in known:
        print(  # noqa: T201  # a command speaks to its user
            f"there is no command {name!r}{did_you_mean(name, known)}; sina-archive -h lists them", file=sys.stderr
        )
        sys.exit(2)
