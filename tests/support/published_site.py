"""A generated site: its files, and what a browser shows of them."""

import functools
import http.server
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from lxml import html
from lxml.html import HtmlElement
from playwright.sync_api import Browser, Page, Request, Route, sync_playwright

from tests.support.programs import needed

SIZES = {"desktop": (1280, 900), "phone": (390, 844)}
PICTURE = b'<svg xmlns="http://www.w3.org/2000/svg" width="640" height="360"><rect width="640" height="360"/></svg>'


def text_of(element: HtmlElement) -> str:
    """All text in it, white space apart."""
    return squeeze("".join(element.itertext()))


def squeeze(text: str) -> str:
    """The text without white space, and without what it neither begins nor ends with."""
    return "".join(text.split()).strip("\ufeff\u200b")


@dataclass
class Site:
    """``address`` of the site where it is served, and what its pages asked of other hosts or complained about."""

    folder: Path
    address: str
    browser: Browser
    outside: list[Request] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def file(self, path: str) -> HtmlElement:
        """A page as it is in its file."""
        return html.fromstring((self.folder / path / "index.html").read_bytes().decode())

    @contextmanager
    def opened(self, path: str, size: str = "desktop") -> Iterator[Page]:
        """A page as a reader sees it. Sina's images come from here, everything else outside is refused."""
        width, height = SIZES[size]
        with self.browser.new_context(viewport={"width": width, "height": height}) as context:
            page = context.new_page()
            page.route("**/*", self._answer)
            page.on("console", lambda message: self.complaints.append(message.text))
            page.on("pageerror", lambda error: self.complaints.append(str(error)))
            page.goto(f"{self.address}/{path}", wait_until="networkidle")
            yield page

    def _answer(self, route: Route) -> None:
        if route.request.url.startswith(self.address):
            route.continue_()
            return
        self.outside.append(route.request)
        if route.request.resource_type == "image":
            route.fulfill(body=PICTURE, content_type="image/svg+xml")
        else:
            route.abort()


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *arguments: object) -> None:
        pass


@contextmanager
def opened_site(folder: Path) -> Iterator[Site]:
    """Served on a free port of the loopback, in front of a headless Chromium; both end with it."""
    chromium = needed("chromium", "chromium")
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Quiet, directory=folder)) as server:
        serving = threading.Thread(target=server.serve_forever)
        serving.start()
        try:
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
                yield Site(folder, f"http://127.0.0.1:{server.server_port}", browser)
                browser.close()
        finally:
            server.shutdown()
            serving.join()
