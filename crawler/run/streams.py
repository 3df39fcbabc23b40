"""The standard streams as whatever a command calls can use them."""

import io
import os
import sys


def open_closed_streams() -> None:
    """One that the caller closed leads nowhere.

    Python has None for it, which nothing can be asked or written to, and what is printed to such an error
    stream goes to standard output, into the data. In this order each takes its own descriptor, the lowest that is free.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_RDWR), mode, encoding="utf-8"))


def write_what_can_be_written() -> None:
    r"""A character that the console's encoding lacks, as one of GBK lacks some, is written as ``\u26a0``."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
