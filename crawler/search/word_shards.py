"""Which of a segment's posts have which word, in shards of a bounded size: what a browser asks a static site for.

A shard holds an entry for each of its words, sorted: the word's length in bytes and the word in UTF-8; twice the
length of its list, and one more for a bitmap; the list. That is the gaps between the numbers of the posts, from the
one before the first on, or a bit for each post, whichever is shorter. Lengths and gaps have seven bits a byte,
the lowest first, and the highest bit says that there is more.
"""

from collections import defaultdict
from collections.abc import Collection

LARGEST_SHARD = 32_768  # bytes; more only where the list of one word is longer
_OFFSET, _PRIME, _BITS = 2_166_136_261, 16_777_619, 0xFFFFFFFF  # of FNV-1a, http://www.isthe.com/chongo/tech/comp/fnv/


class WordLists:
    """The posts of a segment, numbered from 0 as they are added."""

    def __init__(self) -> None:
        self._count = 0
        self._last: dict[str, int] = {}
        self._gaps: dict[str, bytearray] = defaultdict(bytearray)

    def add(self, words: Collection[str]) -> None:
        """The next post has these words."""
        for word in words:
            gap = self._count - self._last.get(word, -1)
            if gap < 0x80:
                self._gaps[word].append(gap)
            else:
                self._gaps[word] += number_bytes(gap)
            self._last[word] = self._count
        self._count += 1

    def shards(self) -> list[bytes]:
        """As few as keep each below the bound, a power of two; a word is in the one of its `word_hash`.

        Afterwards no word is left: a year's would be twice in the memory.
        """
        self._last.clear()
        entries = [(word_hash(word), self._entry(word, bytes(self._gaps.pop(word)))) for word in sorted(self._gaps)]
        bound = max([LARGEST_SHARD, *(len(entry) for _, entry in entries)])
        count = 1
        while max(_sizes(entries, count)) > bound:
            count *= 2
        shards = [bytearray() for _ in range(count)]
        for hashed, entry in entries:
            shards[hashed % count] += entry
        return [bytes(shard) for shard in shards]

    def _entry(self, word: str, gaps: bytes) -> bytes:
        name = word.encode()
        is_bitmap = len(gaps) > (self._count + 7) // 8
        posts = _bitmap(gaps, self._count) if is_bitmap else gaps
        return number_bytes(len(name)) + name + number_bytes(2 * len(posts) + is_bitmap) + posts


def word_hash(word: str) -> int:
    """FNV-1a over the word's code points."""
    value = _OFFSET
    for char in word:
        value = (value ^ ord(char)) * _PRIME & _BITS
    return value


def number_bytes(number: int) -> bytes:
    """A number from 0 on."""
    written = bytearray()
    while number >= 0x80:
        written.append(number & 0x7F | 0x80)
        number >>= 7
    written.append(number)
    return bytes(written)


def _sizes(entries: list[tuple[int, bytes]], count: int) -> list[int]:
    sizes = [0] * count
    for hashed, entry in entries:
        sizes[hashed % count] += len(entry)
    return sizes


def _bitmap(gaps: bytes, count: int) -> bytes:
    bits = bytearray((count + 7) // 8)
    number, gap, shift = -1, 0, 0
    for byte in gaps:
        gap |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            number += gap
            bits[number >> 3] |= 1 << (number & 7)
            gap = shift = 0
    return bytes(bits)
