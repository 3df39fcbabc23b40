"""ExtractBody without its worker processes."""

from crawler.items import Article
from pipelines.extract_body import _extract


class ExtractHere:
    """Reads the text in the crawl's own process."""

    def process_item(self, item: Article) -> Article:
        """Fills what ExtractBody fills."""
        body = _extract(item.body_html, item.layout, item.url)
        item.markdown, item.images, item.bands = body.markdown, body.images, body.bands
        item.extractor = body.extractor
        return item
