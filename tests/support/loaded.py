"""What a process has loaded, to be asked of a worker."""

import sys


def loaded() -> set[str]:
    """The names of packages."""
    return {name.partition(".")[0] for name in sys.modules}
