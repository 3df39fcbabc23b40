"""The bands of a text: two texts share one if they are nearly the same, and hardly ever if they are not."""

import random

import pytest

from crawler.post.minhash import text_bands
from tests.support.sites import story

TEXT = "".join("".join(story(number).paragraphs) for number in range(3))


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
