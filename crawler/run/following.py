"""A later page of an article that web archives hold page by page."""

from dataclasses import dataclass

from crawler.archive.mementos import HeldMemento
from crawler.items import Article
from crawler.run.refusals import NotWanted
from crawler.sina.article import OtherLayout, Page, join_pages


@dataclass(slots=True)
class Following:
    """What is asked for: its capture, the article so far, and the capture of its first page."""

    held: HeldMemento
    article: Article
    first: HeldMemento

    def join(self, page: Page) -> None:
        """Its page came; the whole text was seen when its last page was. Raises NotWanted for one of another layout."""
        try:
            join_pages(self.article, page.article)
        except OtherLayout as error:
            raise NotWanted("other_layout", str(error)) from error
        at = self.held.memento.at
        self.article.seen_at = max(self.article.seen_at or at, at)
