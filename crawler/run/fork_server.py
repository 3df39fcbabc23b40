"""The process from which workers are forked. It and they end when this process is killed, at whatever they are."""

import ctypes
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Sequence
from multiprocessing.process import BaseProcess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from multiprocessing.context import ForkServerContext  # which Windows lacks

# First, so that a server that is still loading the rest ends, too.
_FIRST = "crawler.run.ends_with_parent"
# Sent to a command and all its processes, by Ctrl-C or a kill of the group: what is to become of them, it says itself.
THE_GROUPS = {signal.SIGINT, signal.SIGTERM}
_PR_SET_PDEATHSIG = 1  # prctl(2)


def fork_server(preload: Sequence[str] = ()) -> "ForkServerContext":
    """What starts workers: `preload` names modules, loaded once for all of them. Give each `end_with_main` to do first.

    The server and its workers don't hear THE_GROUPS, unless a worker unblocks them.
    """
    from multiprocessing import forkserver, resource_tracker  # a run that finds nothing new needs none of it

    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([_FIRST, *preload])
    resource_tracker.ensure_running()  # else the server would start it, and unblock what is blocked here
    before = signal.pthread_sigmask(signal.SIG_BLOCK, THE_GROUPS)  # the server inherits it
    try:
        forkserver.ensure_running()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
    return context


def end_server_with_parent() -> None:
    """In a server: from now on it ends when its parent is no more. Only Linux can.

    The kernel takes the end of the thread that started it for that of the parent, and a pool that starts a killed
    server again does so in a thread that ends with the pool: so the server is told, and looks.
    """
    parent = os.getppid()

    def look(*_signal: object) -> None:
        if os.getppid() != parent:
            os._exit(1)

    if sys.platform == "linux":
        signal.signal(signal.SIGUSR1, look)
        _hear_of_parents_end(signal.SIGUSR1)


def _hear_of_parents_end(sent: signal.Signals) -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, int(sent), 0, 0, 0)


def end_with_main() -> None:
    """In a worker: it ends with the server, and where the kernel can't see to that, with the process it works for."""
    if sys.platform == "linux":
        _hear_of_parents_end(signal.SIGKILL)  # it may hold the interpreter, and could do nothing itself
    if main := multiprocessing.parent_process():
        threading.Thread(target=_end_with, args=[main], daemon=True).start()


def _end_with(main: BaseProcess) -> None:
    """Without this a worker that waits for work would wait on: it holds the other end of its own pipe."""
    main.join()
    os._exit(1)
