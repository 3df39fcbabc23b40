"""What making a site took, twice."""

from dataclasses import dataclass

from bench.usage import Usage


@dataclass(frozen=True, slots=True)
class Published:
    """A site of `posts` posts: what its first and its second run took, its files, and its size in MB.

    ``written``: how many files the second run, after a few new posts, wrote anew or changed.
    """

    posts: int
    first: Usage
    again: Usage
    files: int
    megabytes: float
    written: int
