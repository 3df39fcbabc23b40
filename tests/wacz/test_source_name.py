"""A source is named as a host is, and never as Sina."""

import pytest

from crawler.wacz.source_name import checked_name, name_of_contact


@pytest.mark.parametrize("name", ["alice.example", "a-b.c", "192.0.2.1"])
def test_a_hosts_name_is_one(name: str) -> None:
    assert checked_name(name) == name


@pytest.mark.parametrize(
    "name", ["", "alice", "Alice.example", "a..b", "a/b.c", "a b.c", "finance.sina.com.cn", "é.fr"]
)
def test_anything_else_is_none(name: str) -> None:
    with pytest.raises(ValueError, match=r"a name such as archive.example.org is wanted"):
        checked_name(name)


@pytest.mark.parametrize(
    ("contact", "name"),
    [
        ("me@Alice.example", "alice.example"),
        ("https://archive.example.org:8080/about", "archive.example.org"),
        ("", ""),
        ("call me", ""),
        ("http://[", ""),
        ("me@localhost", ""),
    ],
)
def test_a_contacts_host_is_its_name(contact: str, name: str) -> None:
    assert name_of_contact(contact) == name
