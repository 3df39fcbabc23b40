"""What a post looks like: the text of its file, from an article and a few settings."""

from dataclasses import dataclass
from typing import Self

from scrapy.settings import BaseSettings

from crawler.items import Article
from pipelines.front_matter import dump, rfc1123
from pipelines.markdown import with_images


@dataclass(frozen=True, slots=True)
class PostForm:
    """Fit for other processes."""

    categories: tuple[str, ...]
    author: str
    default_image: str
    source_line: bool
    image_base_url: str = ""

    @classmethod
    def of(cls, settings: BaseSettings) -> Self:
        """As the settings say."""
        return cls(
            tuple(settings.getlist("ARCHIVE_CATEGORIES")),
            settings["ARCHIVE_AUTHOR"],
            settings["ARCHIVE_DEFAULT_IMAGE"],
            settings.getbool("ARCHIVE_SOURCE_LINE"),
            settings["ARCHIVE_IMAGE_BASE_URL"].rstrip("/"),
        )

    def render(self, item: Article) -> str:
        """The post's text: the same article gives the same bytes, anywhere and at any time."""
        assert item.date
        local = {url: f"{self.image_base_url}/{file}" for url, file in item.local_images.items()}
        first = next(iter(item.images), self.default_image)
        image = local.get(first, first)
        metadata = {
            "title": " ".join(item.title.split()),
            "categories": list(self.categories),
            "headimg": image,
            "author": self.author,
            "comments": False,
            "date": rfc1123(item.date),
            "thumbnail": image,
        }
        source = f"\n\n[原文链接]({item.url})" if self.source_line else ""
        return dump(metadata, with_images(item.markdown, local) + source)
