"""For how long a server asks us to wait."""

from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

_LONGEST = timedelta(days=3650)  # so that no calendar ends before it


def retry_after(value: str, at: datetime) -> timedelta | None:
    """What the header Retry-After says at the time `at`: seconds, or a HTTP date (RFC 9110, 10.2.3).

    Nothing of a moment that is past; None for what is neither.
    """
    value = value.strip()
    if value.isascii() and value.isdigit():
        return timedelta(seconds=int(value)) if len(value) < 9 else _LONGEST
    try:
        wait = parsedate_to_datetime(value).timestamp() - at.timestamp()
    except (ValueError, TypeError, OverflowError):
        return None
    return min(max(timedelta(), timedelta(seconds=wait)), _LONGEST)
