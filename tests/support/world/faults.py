"""What the program cannot know, or does not do yet: CI's worlds are without it.

``name=value`` is a trait of the server, a bare word a kind of step, and ``check …`` an invariant.
"""

KNOWN_FAULTS: dict[str, str] = {}
