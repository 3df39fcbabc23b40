"""Extraction as a work for others: it loads trafilatura where it works, and not where it is only named."""

from crawler.items import ExtractedBody


def extract(body_html: str, layout: str, url: str) -> ExtractedBody:
    """The Markdown of an article's body."""
    from crawler.post.extraction import extract as extract_here

    return extract_here(body_html, layout, url)
