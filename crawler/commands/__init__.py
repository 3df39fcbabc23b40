"""The commands that this project adds to `scrapy`, one file each."""

from crawler.run.log_format import install_one_line_records
from crawler.run.streams import open_closed_streams

open_closed_streams()
install_one_line_records()  # Scrapy imports this package before it runs any command
