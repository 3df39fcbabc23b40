"""Whether each record of a WACZ can be what it says: of Sina, of a credible time, with the payload of its digest."""

from datetime import datetime
from pathlib import Path

from crawler.times import is_credible
from crawler.wacz.check_package import MOST_RATIO, MUCH, BadPackage
from crawler.wacz.of_sina import is_of_sina
from crawler.warc.cdxj import CAPTURE_TYPES
from crawler.warc.reader import WarcRecord, warcs_of
from crawler.warc.scan import Damage


def check_records(path: Path, at: datetime) -> None:
    """Reads all of them. Raises BadPackage naming the first that can't be, as of the time `at`, and OSError."""
    warcs = warcs_of(path, path.name)
    if not warcs:
        raise BadPackage(f"{path} has no WARC in archive/")
    for warc in warcs:
        for record in warc.records():
            if fault := _fault(record, at):
                raise BadPackage(f"{path}: {warc.name.removeprefix(f'{path.name}/')} at {record.offset}: {fault}")


def _fault(record: WarcRecord | Damage, at: datetime) -> str:
    if isinstance(record, Damage):
        return f"{record.reason} {record.detail}".rstrip()
    if len(record.payload) > max(MUCH, MOST_RATIO * record.length):
        return f"a record grows from {record.length} to {len(record.payload)} bytes"
    if record.type not in CAPTURE_TYPES:
        return ""
    if not is_of_sina(record.url):
        return f"another site's page: {record.url}"
    try:
        is_fine = is_credible(record.date, at)
    except ValueError:
        is_fine = False
    if not is_fine:
        return f"captured at {record.head.get_header('WARC-Date')}, which can't be: {record.url}"
    if not record.status or record.digest_fits() is False:
        return f"{'bad_digest' if record.status else 'bad_http'}: {record.url}"
    return ""
