"""Put on PYTHONPATH, it ends any process that looks up a host, opens a connection or listens: no test may.

Pipes between the crawl and its workers are sockets of another family and go on. What was tried is
written to the file named by OFFLINE_LOG, where the tests read it.
"""

import os
import socket
import sys

_LOOKS_OUT = {"socket.getaddrinfo", "socket.gethostbyname", "socket.connect", "socket.bind", "socket.sendto"}


def _note(line: str) -> None:
    with open(os.environ["OFFLINE_LOG"], "a", encoding="utf-8") as log:  # noqa: PTH123  # pathlib is not loaded yet
        log.write(line + "\n")


def _forbid(event: str, arguments: tuple[object, ...]) -> None:
    if event not in _LOOKS_OUT:
        return
    if isinstance(arguments[0], socket.socket) and arguments[0].family == socket.AF_UNIX:
        return
    if event == "socket.bind" and arguments[1] == ("::1", 0):  # urllib3 asks so whether there is IPv6, and hangs up
        return
    _note(f"forbidden: {event} {arguments}")
    os._exit(86)


_note("watching")
sys.addaudithook(_forbid)
