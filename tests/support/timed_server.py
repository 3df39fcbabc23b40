"""A download handler that also notes when each request goes out."""

import time

from scrapy import Request
from scrapy.http import Response

from tests.support.serving import Server


class TimedServer(Server):
    """The times, in seconds, are in the site's ``times.log``, each with its host."""

    async def download_request(self, request: Request) -> Response:
        with self._log.with_name("times.log").open("a", encoding="utf-8") as log:
            log.write(f"{time.time():.3f} {request.url.split('/')[2]}\n")
        return await super().download_request(request)
