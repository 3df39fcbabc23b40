"""The MinHash of a text, as bands: texts that share a band have nearly the same characters in the same order."""

import hashlib
import zlib

import numpy as np
from numpy.typing import NDArray

_SHINGLE = 5  # characters
_BANDS, _ROWS = 10, 12  # two texts of Jaccard similarity 0.9 share a band in 96 of 100 cases, of 0.7 in 13
_MIN_LENGTH = 40  # characters; shorter texts are alike by their phrases alone
# Of one scheme for good, datasketch's "affine32" with seed 1: bands of another are no bands of ours. A hash h becomes
# factor * h + summand modulo 2^32, which an odd factor makes a permutation. NumPy keeps RandomState's stream as it is.
_FACTORS, _SUMMANDS = np.random.RandomState(1).randint(0, 1 << 32, (2, _BANDS, _ROWS, 1), dtype=np.uint32)
_FACTORS = _FACTORS << np.uint32(1) | np.uint32(1)
# A CRC is linear: a shingle's is that of zeros, changed by each byte where it stands. A fourth of UTF-32's are zero.
_SIZE = 4 * _SHINGLE
_ZEROS = zlib.crc32(bytes(_SIZE))
_PLACES = [(char, byte) for char in range(_SHINGLE) for byte in range(3)]
_CHANGES = np.array(
    [[zlib.crc32(bytes([value]).rjust(4 * char + byte + 1, b"\0").ljust(_SIZE, b"\0")) ^ _ZEROS for value in range(256)]
     for char, byte in _PLACES], np.uint32,
)  # fmt: skip


def text_bands(text: str) -> tuple[str, ...]:
    """The hashes of the ten bands; none for a text that is too short to say anything."""
    text = "".join(text.split())
    if len(text) < _MIN_LENGTH:
        return ()
    hashes = _mixed(_crcs(text))
    least = [(factors * hashes + summands).min(axis=1) for factors, summands in zip(_FACTORS, _SUMMANDS, strict=True)]
    return tuple(hashlib.blake2b(band.astype("<u4").tobytes(), digest_size=8).hexdigest() for band in least)


def _crcs(text: str) -> NDArray[np.uint32]:
    """Of all its shingles, in their order."""
    count = len(text) - _SHINGLE + 1
    bytes_of_chars = np.frombuffer(text.encode("utf-32-le"), np.uint8).reshape(-1, 4).T
    crcs = np.full(count, _ZEROS, np.uint32)
    for (char, byte), changes in zip(_PLACES, _CHANGES, strict=True):
        crcs ^= changes[bytes_of_chars[byte, char : char + count]]
    return crcs


def _mixed(hashes: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """Without the pattern that CRCs of like texts have: the end of MurmurHash3."""
    hashes = (hashes ^ hashes >> np.uint32(16)) * np.uint32(0x85EBCA6B)
    hashes = (hashes ^ hashes >> np.uint32(13)) * np.uint32(0xC2B2AE35)
    return hashes ^ hashes >> np.uint32(16)
