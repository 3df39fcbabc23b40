"""The bands of a text: two texts share one if they are nearly the same, and hardly ever if they are not."""

import random

import pytest

from crawler.post.minhash import text_bands
from tests.support.sites import story

TEXT = "".join("".join(story(number).paragraphs) for number in range(3))

# What datasketch 2.0.0 makes of a text: MinHash(num_perm=120, seed=1, hashfunc=zlib.crc32, scheme="affine32") of its
# shingles, twelve values a band. 40,000 other texts were compared, too.
KNOWN = (
    (
        "The quick brown fox jumps over the lazy dog. " * 3,
        "a1e199bd6102d6f9 1a46076e7809a543 2f2179322ad4999e 96b1ce7d05b5d52a 3a248770643fba00 "
        "941322b0c2951c64 1aef07f92fb698fa 0a2d9acf54bc3fd4 42d0124e0c579e62 dbe267c1d9655efd",
    ),
    (
        "".join(map(str, range(100))),
        "7e41fe5af438ccd6 2306b6f6d7b3a4bc b4f9b83c4dafb1b2 fd5f3b4100af3b02 fe8f55626988db00 "
        "4d9bba93ba1bc5f3 c5359d5d89ed4735 857161b983182c42 487cb59402aae0f2 62b88116a55f4ff4",
    ),
    (
        "𠀀𠀁😀é字新浪财经" * 9,
        "e79f439b14940e65 ee248089ceebea76 1d6e4bbbdc43a5b7 f9c89d174133b080 a10fb42dd2b8f3f1 "
        "a3bd1e5f2715871c f93a14dfe11e890b 63272a6ec8514306 19264aa564608671 90e1d383f028524c",
    ),
    (
        "".join(map(chr, range(0x4E00, 0x4E00 + 700))),
        "bf0f3a1d506315d9 33b68948eb472d4f 9d68c05ea53c54c8 8d698f880e3c2403 9a26d1fac692c4dc "
        "1e63ea5555e2842b f8a89abb27b506cb f7a0cac7b854bc21 d299954ea5d400ab 0c3d4ecbe37b17b1",
    ),
)


def share(text: str, other: str) -> int:
    return sum(a == b for a, b in zip(text_bands(text), text_bands(other), strict=True))


def changed(text: str, count: int, seed: int = 1) -> str:
    """`text` with `count` of its characters replaced."""
    characters, chance = list(text), random.Random(seed)
    for place in chance.sample(range(len(text)), count):
        characters[place] = "改"
    return "".join(characters)


def test_there_are_ten_of_sixteen_hexadecimal_digits() -> None:
    bands = text_bands(TEXT)
    assert len(bands) == 10
    assert all(len(band) == 16 and int(band, 16) >= 0 for band in bands)


def test_the_same_text_has_the_same_ones_whenever_and_wherever() -> None:
    assert text_bands(TEXT) == text_bands(TEXT)
    assert text_bands("新浪财经讯" * 20)[0] == "18a23c89e0072c21"


@pytest.mark.parametrize(("text", "bands"), KNOWN)
def test_they_are_those_of_datasketch(text: str, bands: str) -> None:
    assert text_bands(text) == tuple(bands.split())


def test_spaces_and_line_breaks_make_no_difference() -> None:
    assert text_bands(TEXT) == text_bands("\n\n　".join(TEXT[start : start + 7] for start in range(0, len(TEXT), 7)))


@pytest.mark.parametrize(
    "other",
    [
        pytest.param("新浪财经讯 3月4日消息，" + TEXT, id="another dateline"),
        pytest.param(TEXT + "（责任编辑：王某）", id="another ending"),
        pytest.param(changed(TEXT, 5), id="five characters changed"),
        pytest.param(TEXT.replace("第1号", "第一号"), id="another spelling"),
    ],
)
def test_a_reprint_shares_one(other: str) -> None:
    assert share(TEXT, other) >= 1


def test_other_texts_share_none() -> None:
    texts = ["".join(story(number).paragraphs) for number in range(100, 160)]
    assert not any(share(TEXT, other) for other in texts)


def test_a_text_half_of_which_is_another_shares_none() -> None:
    other = "".join(story(50).paragraphs) + "".join(story(51).paragraphs)
    assert share(TEXT, TEXT[: len(TEXT) // 2] + other) == 0


@pytest.mark.parametrize("text", ["", "　\n", "快讯：沪指涨1%。", "字" * 39])
def test_a_text_that_is_too_short_has_none(text: str) -> None:
    assert text_bands(text) == ()


def test_a_text_that_is_just_long_enough_has_them() -> None:
    assert len(text_bands(TEXT[:40])) == 10
