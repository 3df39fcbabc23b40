"""``sina-archive``, and ``python -m crawler``: Scrapy's command line for this project, from any folder."""

import os
import sys
from importlib.metadata import PackageNotFoundError, version


def main() -> None:
    """``--version`` is that of the archive; everything else is Scrapy's: ``sina-archive crawl sina_finance``."""
    try:
        _main()
    except KeyboardInterrupt:
        sys.exit(130)  # as shells say it


def _main() -> None:
    if sys.argv[1:] == ["--version"]:
        print(f"sina-finance-archive {_version()}, Scrapy {version('Scrapy')}")  # noqa: T201
        return
    os.environ["SCRAPY_SETTINGS_MODULE"] = "crawler.settings"  # whatever project the folder belongs to
    from scrapy.cmdline import execute  # it takes long: Ctrl-C comes in between, too
    from scrapy.utils.project import get_project_settings

    from crawler.run.known_commands import refuse_unknown_command

    refuse_unknown_command(sys.argv[1:], get_project_settings())
    execute()  # settings that it makes itself know $EDITOR


def _version() -> str:
    try:
        return version("sina-finance-archive")
    except PackageNotFoundError:
        return "of a checkout"  # which nobody installed


if __name__ == "__main__":
    main()
