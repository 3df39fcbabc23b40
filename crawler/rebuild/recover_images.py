"""Images that are lost, from their captures."""

import logging
import re

from crawler.archive.files import is_regular, put_in_place
from crawler.archive.image_file import read_image
from crawler.archive.images import Images
from crawler.items import Capture
from crawler.replay.content_encoding import decoded
from crawler.warc.captures import Captures, DamagedCapture

logger = logging.getLogger(__name__)
_SUFFIX = re.compile(r"\.(?:jpe?g|png|gif|webp|bmp)$", re.I)  # a replayed answer may say no type


def recover_images(captures: Captures, images: Images, most: int) -> int:
    """Puts back what is captured and has no file, or no row in the catalog; returns how many. Raises OSError.

    `most`: the bytes that an image may have.
    """
    recovered = 0
    for capture in captures.all():
        if capture.status != 200 or not (capture.mime.startswith("image/") or _SUFFIX.search(capture.url)):
            continue
        known = images.files([capture.url]).get(capture.url)
        if known and is_regular(images.path(known)):
            continue
        try:
            image = read_image(decoded(captures.read(capture.file, capture.offset, capture.length), most))
        except (DamagedCapture, ValueError) as error:
            logger.warning("image not recovered: %s: %s", capture.url, error)
            continue
        put_in_place(images.path(image.name), image.content)
        place = Capture(capture.file, capture.offset, capture.length)
        images.enter(capture.url, image.name, (image.width, image.height), place, capture.at)
        recovered += 1
    return recovered
