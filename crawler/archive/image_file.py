"""An image as it was received: checked by decoding, and named by its content."""

import hashlib
from dataclasses import dataclass
from io import BytesIO

from PIL import Image, UnidentifiedImageError

Image.MAX_IMAGE_PIXELS = None  # ours is the bound, and it is no mere warning
_MOST_PIXELS = 100_000_000
_SUFFIXES = {"JPEG": "jpg", "PNG": "png", "GIF": "gif", "WEBP": "webp", "BMP": "bmp"}


class NotAnImage(ValueError):
    """The bytes are no image; ``reason`` is one word."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class ImageFile:
    """``name`` is relative to ``images/``: ``3f/3f29….jpg``; width and height in pixels."""

    name: str
    width: int
    height: int
    content: bytes


def read_image(content: bytes) -> ImageFile:
    """The image. Raises NotAnImage: for other bytes, half an image, or one of more than 100 million pixels."""
    try:
        with Image.open(BytesIO(content), formats=tuple(_SUFFIXES)) as image:
            if image.width * image.height > _MOST_PIXELS:
                raise NotAnImage("too_large", f"{image.width} x {image.height} pixels")
            image.load()
            suffix = _SUFFIXES[str(image.format)]
            size = image.size
    except UnidentifiedImageError:
        raise NotAnImage("not_an_image", f"{len(content)} bytes that are no image") from None
    except (OSError, SyntaxError, ValueError, IndexError, EOFError) as error:  # what Pillow raises for damaged ones
        if isinstance(error, NotAnImage):
            raise
        raise NotAnImage("damaged", str(error)) from error
    digest = hashlib.sha256(content).hexdigest()
    return ImageFile(f"{digest[:2]}/{digest}.{suffix}", *size, content)
