"""`scrapy import`: captures out of somebody's WACZ; see docs/share.md."""

import argparse

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from crawler.commands import crawl
from crawler.run.help_text import examples, say_below
from crawler.run.import_arguments import IMPORT_MEANINGS

_EXAMPLES = (
    "import march.wacz",
    "import march.wacz --name archive.example.org",
    "import march.wacz --key alice.pem",
)


class Command(crawl.Command):
    """Runs sina_import as `scrapy crawl` would; a file that is not what it says is status 2, and nothing is kept."""

    def syntax(self) -> str:
        """How it is called."""
        return "FILE.wacz [--name NAME] [--key PEM]"

    def short_desc(self) -> str:
        """One line of `scrapy -h`."""
        return "Take captures over from somebody's WACZ, each checked by its digest"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Those of a run that makes no other output."""
        ScrapyCommand.add_options(self, parser)
        self._parser = parser
        parser.set_defaults(spargs=[], output=None, overwrite_output=None)
        for name in ("name", "key"):
            parser.add_argument(f"--{name}", metavar="PEM" if name == "key" else "NAME", help=IMPORT_MEANINGS[name])
        say_below(parser, [examples(_EXAMPLES)])

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Runs the spider to its end."""
        if len(args) != 1:
            raise UsageError("name one file, such as march.wacz", print_help=False)
        given = {"wacz": args[0], "name": opts.name, "key": opts.key}
        opts.spargs = {name: value for name, value in given.items() if value}
        super().run(["sina_import"], opts)
