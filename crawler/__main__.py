"""``sina-archive``, and ``python -m crawler``: Scrapy's command line for this project, from any folder."""

import os
import sys
from importlib.metadata import version

from scrapy.cmdline import execute


def main() -> None:
    """``--version`` is that of the archive; everything else is Scrapy's: ``sina-archive crawl sina_finance``."""
    if sys.argv[1:] == ["--version"]:
        sys.stdout.write(f"sina-finance-archive {version('sina-finance-archive')}, Scrapy {version('Scrapy')}\n")
        return
    os.environ["SCRAPY_SETTINGS_MODULE"] = "crawler.settings"  # whatever project the folder belongs to
    execute()


if __name__ == "__main__":
    main()
