"""The lists of the roll API and how they are named on a command line."""

import pytest

from crawler.sina.channels import CHANNELS, COLUMNS, DEFAULT_CHANNEL, find_channels


def test_the_default_is_the_rolling_list_of_domestic_news() -> None:
    assert (DEFAULT_CHANNEL.lid, DEFAULT_CHANNEL.pageid, DEFAULT_CHANNEL.name) == ("1686", "155", "国内滚动")


@pytest.mark.parametrize(
    ("pageid", "lids"),
    [
        ("155", ["1686", "1687", "1688", "1689", "1690", "3231"]),
        ("164", ["1693", "1694", "1695"]),
        ("153", ["2509", "2510", "2516", "2517"]),
    ],
)
def test_each_list_is_asked_under_its_own_pageid(pageid: str, lids: list[str]) -> None:
    assert [channel.lid for channel in CHANNELS if channel.pageid == pageid] == lids


def test_no_two_lists_share_a_lid_or_a_name() -> None:
    names = [name for channel in CHANNELS for name in (channel.lid, channel.name)]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("names", "lids"),
    [
        pytest.param("1687", ["1687"], id="a-lid"),
        pytest.param("宏观经济", ["1687"], id="a-name"),
        pytest.param("公司新闻,1686", ["1694", "1686"], id="order-is-kept"),
        pytest.param(" 1686 , 1687,", ["1686", "1687"], id="spaces-and-a-comma-too-many"),
        pytest.param("1686,国内滚动,1686", ["1686"], id="each-once"),
        pytest.param("", ["1686"], id="nothing-is-the-default"),
        pytest.param(" , ", ["1686"], id="only-commas-are-nothing"),
    ],
)
def test_channels_are_found_by_lid_or_name(names: str, lids: list[str]) -> None:
    assert [channel.lid for channel in find_channels(names)] == lids


@pytest.mark.parametrize("name", ["9999", "国外滚动", "1686 1687", "１６８６"])
def test_an_unknown_channel_is_named_with_all_that_are_known(name: str) -> None:
    with pytest.raises(ValueError, match=f"unknown channel '{name}'.*1686 国内滚动.*2517 股市"):
        find_channels(f"1686,{name}")


def test_no_two_columns_share_a_cid_or_a_name_and_some_are_domestic() -> None:
    names = [name for column in COLUMNS for name in (column.cid, column.name)]
    assert len(names) == len(set(names))
    assert 0 < sum(column.is_domestic for column in COLUMNS) < len(COLUMNS)
