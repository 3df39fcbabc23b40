"""How a list is called where a person reads it."""

from crawler.archive.ledger import COLUMN
from crawler.sina.channels import CHANNELS, COLUMNS

_NAMES = {channel.lid: channel.name for channel in CHANNELS}
_NAMES |= {f"{COLUMN}{column.cid}": f"column {column.name}" for column in COLUMNS}


def channel_name(channel: str) -> str:
    """As Sina calls the list; what has no name of its own as the ledger has it."""
    return _NAMES.get(channel, channel)
