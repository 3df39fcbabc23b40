"""What a program takes of the machine: time, processors and memory, with all processes below it."""

import contextlib
import os
import select
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

_INTERVAL = 0.25  # seconds between two looks at the processes


@dataclass(frozen=True, slots=True)
class Usage:
    """Wall seconds, processor seconds of the process alone and of all, and the most memory of all, in MiB.

    What processes share counts once.
    """

    seconds: float
    main_cpu: float
    cpu: float
    peak: float


def measure(command: Sequence[str], cwd: Path | None = None, env: Mapping[str, str] | None = None) -> Usage:
    """Runs it to its end. Raises RuntimeError, with the end of what it printed, where it fails."""
    cpu: dict[int, float] = {}
    started, peak = time.monotonic(), 0.0
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(command, cwd=cwd, env=env, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        looked_at, has_ended = psutil.Process(process.pid), os.pidfd_open(process.pid)
        while not select.select([has_ended], [], [], _INTERVAL)[0]:
            peak = max(peak, _look(looked_at, cpu))
        _, status, used = os.wait4(process.pid, 0)
        os.close(has_ended)
        process.returncode = os.waitstatus_to_exitcode(status)
        seconds = time.monotonic() - started
        if process.returncode:
            log.seek(0)
            raise RuntimeError(f"{' '.join(command)} failed: {log.read()[-2000:].decode(errors='replace')}")
    # Exact, and with the processes below it that it waited for: between two looks goes a quarter of an idle run.
    total = max(used.ru_utime + used.ru_stime, sum(cpu.values()))
    return Usage(seconds, min(total, cpu.get(process.pid, 0.0)), total, peak / 2**20)


def _look(process: psutil.Process, cpu: dict[int, float]) -> float:
    """Notes each process's processor seconds so far; returns the bytes they all hold."""
    total = 0.0
    for member in [process, *process.children(recursive=True)]:
        with contextlib.suppress(psutil.Error):  # it has just ended
            times = member.cpu_times()
            cpu[member.pid] = times.user + times.system
            memory = member.memory_full_info()
            total += getattr(memory, "pss", memory.rss)  # pss: a page that several share is divided among them
    return total
