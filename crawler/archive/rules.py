"""What the settings say of an archive."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Self

from scrapy.settings import BaseSettings

from crawler.times import parse_intervals


@dataclass(frozen=True, slots=True)
class Rules:
    """What the settings decide: when articles are looked at and tried again, whether copies and images are kept.

    ``most_bytes``: of a body without its content encoding; 0: any number.
    """

    look_again: tuple[timedelta, ...] = ()
    try_again: tuple[timedelta, ...] = ()
    keep_one_copy: bool = False
    local_images: bool = False
    most_bytes: int = 0

    @classmethod
    def of(cls, settings: BaseSettings) -> Self:
        """As the settings say. Raises ValueError for a bad interval."""
        return cls(
            parse_intervals(settings["ARCHIVE_LOOK_AGAIN_AFTER"]),
            parse_intervals(settings["ARCHIVE_TRY_AGAIN_AFTER"]),
            settings.getbool("ARCHIVE_KEEP_ONE_COPY"),
            settings["ARCHIVE_IMAGES"] == "local",
            settings.getint("DOWNLOAD_MAXSIZE"),
        )
