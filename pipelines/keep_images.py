"""Sina does not show its images on other sites: with ARCHIVE_IMAGES=local the archive keeps them itself."""

import asyncio
import logging
import threading
from pathlib import Path
from typing import Any, Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.http import Response
from scrapy.pipelines.media import FileInfo, FileInfoOrError, MediaPipeline
from twisted.python.failure import Failure

from crawler.archive.archive import Archive
from crawler.archive.files import is_regular, put_in_place
from crawler.archive.images import Images
from crawler.items import Article, ArticleImages
from crawler.run.refusals import reason_of
from crawler.sina.images import is_sinas
from crawler.times import now

logger = logging.getLogger(__name__)


class KeepImages(MediaPipeline):
    """Fetches each image once over all articles; one that can't be had keeps its remote address.

    A file is named by its content, so that the same picture at two addresses is kept once.
    """

    LOG_FAILED_RESULTS = False  # each is named where it fails

    def __init__(self, *, crawler: Crawler, images: Images, most_bytes: int) -> None:
        super().__init__(crawler=crawler)
        self._images = images
        self._most_bytes = most_bytes
        self._writing = threading.Lock()
        assert crawler.stats
        self._stats = crawler.stats

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Raises ValueError for a bad ARCHIVE_IMAGES, and ImportError where Pillow is not installed."""
        settings = crawler.settings
        match settings["ARCHIVE_IMAGES"]:
            case "remote":
                raise NotConfigured  # by default: nothing to warn of
            case "local":
                _import_pillow()
            case other:
                raise ValueError(f"ARCHIVE_IMAGES is remote or local, not {other!r}")
        most_bytes = settings.getint("ARCHIVE_IMAGE_MAX_BYTES")
        return cls(crawler=crawler, images=Archive.of(crawler).images, most_bytes=most_bytes)

    def get_media_requests(self, item: Article | ArticleImages, info: MediaPipeline.SpiderInfo) -> list[Request]:
        """A request for each image that is on Sina's hosts and not kept yet."""
        item.local_images = self._images.files(item.images)
        self._count("known", len(item.local_images))
        requests = []
        for url in dict.fromkeys(item.images):
            if url in item.local_images:
                continue
            if not is_sinas(url):
                self._count("other_host")
                logger.info("not kept, it is not on Sina's hosts: %s [%s]", url, item.doc_id)
                continue
            meta = {"image": url, "download_maxsize": self._most_bytes, "doc_id": item.doc_id}
            requests.append(Request(url, meta=meta, priority=1))
        return requests

    def media_to_download(self, request: Request, info: MediaPipeline.SpiderInfo, *, item: Any = None) -> None:
        """What is known was not asked for."""

    async def media_downloaded(
        self, response: Response, request: Request, info: MediaPipeline.SpiderInfo, *, item: Any = None
    ) -> FileInfo:
        """Puts the image in its place."""
        url = request.meta["image"]
        if response.status != 200:
            return self._failed(request, f"http_{response.status}")
        if len(response.body) > self._most_bytes:
            return self._failed(request, "too_large")
        try:
            file = await asyncio.to_thread(self._keep, url, response.body, request.meta.get("capture"))
        except OSError as error:
            return self._failed(request, "not_written", error)
        except ValueError as error:
            return self._failed(request, getattr(error, "reason", "damaged"), error)
        self._count("kept")
        return FileInfo(url=url, path=file, checksum=Path(file).stem, status="kept")

    def media_failed(self, failure: Failure, request: Request, info: MediaPipeline.SpiderInfo) -> None:  # type: ignore[override]  # to return the failure is deprecated, and to raise it prints a traceback an image
        """Names an image that could not be had."""
        self._failed(request, reason_of(failure.value), failure.value)

    def item_completed(
        self, results: list[FileInfoOrError], item: Article | ArticleImages, info: MediaPipeline.SpiderInfo
    ) -> Article | ArticleImages:
        """The article knows which of its images are kept, and where."""
        images = [image for is_good, image in results if is_good and image]
        item.local_images |= {image["url"]: image["path"] for image in images if image["path"]}  # type: ignore[index]
        return item

    def file_path(self, request: Request, *_args: Any, **_kwargs: Any) -> str:
        """Not known before the image is there: its content names it."""
        raise NotImplementedError

    def _keep(self, url: str, content: bytes, capture: Any) -> str:
        from crawler.archive.image_file import read_image

        image = read_image(content)
        path = self._images.path(image.name)
        with self._writing:  # the same picture may come from two addresses at once
            if not is_regular(path):
                put_in_place(path, content)
        self._images.enter(url, image.name, (image.width, image.height), capture, now())
        return image.name

    def _failed(self, request: Request, reason: str, error: BaseException | None = None) -> FileInfo:
        self._count(reason)
        what = f" ({error})" if error else ""
        logger.warning("image not kept (%s)%s: %s [%s]", reason, what, request.url, request.meta["doc_id"])
        return FileInfo(url=request.meta["image"], path="", checksum=None, status=reason)

    def _count(self, reason: str, count: int = 1) -> None:
        if count:
            self._stats.inc_value(f"archive/keep_images/{reason}", count)


def _import_pillow() -> None:
    try:
        import crawler.archive.image_file  # noqa: F401  # only an archive that keeps images needs Pillow
    except ImportError as error:
        raise ImportError("ARCHIVE_IMAGES=local needs Pillow: pip install pillow") from error
