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

    To be called by a thread that lasts: the kernel takes the end of that for the end of the parent. The server and
    its workers don't hear THE_GROUPS, unless a worker unblocks them.
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


def end_with_parent() -> None:
    """From now on the kernel kills this process when its parent is no more. Only Linux can."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0)


def end_with_main() -> None:
    """In a worker: it ends with the server, and where the kernel can't see to that, with the process it works for."""
    end_with_parent()
    if main := multiprocessing.parent_process():
        threading.Thread(target=_end_with, args=[main], daemon=True).start()


def _end_with(main: BaseProcess) -> None:
    """Without this a worker that waits for work would wait on: it holds the other end of its own pipe."""
    main.join()
    os._exit(1)
