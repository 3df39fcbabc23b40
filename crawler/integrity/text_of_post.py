"""What of a catalog's row a post says itself, and where the two differ."""

from collections.abc import Iterator

from crawler.post.plain_text import IMAGE
from crawler.post.post import Post, content_hash
from crawler.times import iso_or_none


def is_as_read(post: Post) -> bool:
    """True for a post that has the article's own text, and not other addresses for images that are kept."""
    return all(address.startswith(("http://", "https://")) for _, address in IMAGE.findall(post.markdown))


def differences(post: Post, title: str, date: str, stated_hash: str) -> Iterator[str]:
    """The names of columns that are not what the post says; without the hash where the text is not its own."""
    if " ".join(title.split()) != post.metadata.get("title"):
        yield "title"
    if iso_or_none(post.date) != date:
        yield "date"
    if stated_hash and is_as_read(post) and content_hash(title, post.markdown) != stated_hash:
        yield "content_hash"
