"""``python -m tests.support.make_screenshots``: the pictures of the status page that the READMEs show."""

import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.support.crawling import LONGEST, ROOT, RUNS, crawl, environment
from tests.support.programs import needed

PICTURES = {"en": ROOT / "docs/images/status.png", "zh": ROOT / "docs/images/status.zh-CN.png"}
_SIZE = {"width": 1100, "height": 700}


def main() -> int:
    """1, and no picture changed, if the bundled site can't be archived."""
    with tempfile.TemporaryDirectory() as folder:
        archive, page = Path(folder) / "archive", Path(folder) / "status.html"
        for arguments in RUNS:
            run = crawl(archive, *arguments)
            if run.returncode:
                sys.stderr.write(run.stderr)
                return 1
        words = ["coverage", "--html", str(page), "-s", f"ARCHIVE_DIR={archive}"]
        subprocess.run([sys.executable, "-m", "scrapy", *words], cwd=ROOT, env=environment(), timeout=LONGEST)
        _take(page)
    return 0


def _take(page: Path) -> None:
    """What is seen first of the page, in each language."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=needed("chromium", "chromium"), args=["--no-sandbox"])
        for language, picture in PICTURES.items():
            shown = browser.new_page(viewport=_SIZE, color_scheme="light")
            shown.goto(page.as_uri())
            shown.locator(f"label[for={language}]").click()
            picture.parent.mkdir(exist_ok=True)
            shown.screenshot(path=picture)
        browser.close()


if __name__ == "__main__":
    sys.exit(main())
