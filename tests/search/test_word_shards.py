"""Lists of posts come back out of the shards as they went in, and no shard is larger than a browser should fetch."""

from collections import defaultdict
from collections.abc import Collection, Iterator

from hypothesis import given
from hypothesis import strategies as st

from crawler.search.word_shards import LARGEST_SHARD, WordLists, number_bytes, word_hash


def shards_of(*posts: Collection[str]) -> list[bytes]:
    lists = WordLists()
    for words in posts:
        lists.add(words)
    return lists.shards()


def entries(shard: bytes, count: int) -> Iterator[tuple[str, list[int]]]:
    """What a shard holds of a segment of `count` posts."""
    at = 0

    def number() -> int:
        nonlocal at
        value, shift = 0, 0
        while True:
            byte = shard[at]
            value |= (byte & 0x7F) << shift
            at, shift = at + 1, shift + 7
            if byte < 0x80:
                return value

    while at < len(shard):
        length = number()
        word, at = shard[at : at + length].decode(), at + length
        size, is_bitmap = divmod(number(), 2)
        end, posts = at + size, [-1]
        if is_bitmap:
            posts += [post for post in range(count) if shard[at + post // 8] >> post % 8 & 1]
            at = end
        while at < end:
            posts.append(posts[-1] + number())
        yield word, posts[1:]


WORDS = st.sets(st.text("老旧小区改造gdp𠮷", min_size=1, max_size=2), max_size=8)


@given(st.lists(WORDS, min_size=1, max_size=40), st.integers(0, 300))
def test_each_word_has_its_posts(some: list[set[str]], without: int) -> None:
    posts = [*some[:1], *[set[str]()] * without, *some[1:]]
    expected: dict[str, list[int]] = defaultdict(list)
    for number, words in enumerate(posts):
        for word in words:
            expected[word].append(number)
    (shard,) = shards_of(*posts)
    assert list(entries(shard, len(posts))) == sorted(expected.items())


def test_a_word_is_in_the_shard_of_its_hash_and_no_shard_is_too_large() -> None:
    shards = shards_of({f"词{number}" for number in range(9_000)})
    assert len(shards) > 1
    assert max(map(len, shards)) <= LARGEST_SHARD < sum(map(len, shards))
    for place, shard in enumerate(shards):
        assert {word_hash(word) % len(shards) for word, _ in entries(shard, 1)} == {place}


def test_the_list_of_a_frequent_word_is_no_more_than_a_bit_a_post() -> None:
    (shard,) = shards_of(*[{"的"} if number % 2 else set() for number in range(1_000)])
    assert len(shard) == len("\x03的".encode()) + len(number_bytes(251)) + 125


def test_the_order_in_which_words_come_does_not_matter() -> None:
    words = [f"词{number}" for number in range(50)]
    assert shards_of(words) == shards_of(words[::-1])
