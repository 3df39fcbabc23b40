"""Faults of the program that the world finds and that are not mended yet: CI's worlds are without them.

Whoever mends one takes its line away. ``name=value`` is a trait of the server, a bare word a kind of step,
and ``check …`` an invariant.
"""

KNOWN_FAULTS: dict[str, str] = {
    "beyond=repeats": "a list that gives its last page for every higher number is read without end",
    "window=ignored": "a backfill fails where the window is ignored, and gets nothing",
    "total=high": "a total that is too high makes every run fail",
    "total=none": "a backfill fails without a total",
    "blocked": "a verification page buries what is archived",
    "home": "a redirect to the home page buries what is archived",
    "empty": "an empty page buries what is archived",
    "lost": "one 404 buries an article; a look later it may be there again",
    "cut": "half a page is archived as a whole one",
    "publish_late": "what enters a list below its top is missed",
    "check verify, leftovers": "a temporary manifest of a run that was killed stays when its day is over",
    "check green, not written": "a manifest that is not written leaves exit status 0",
}
