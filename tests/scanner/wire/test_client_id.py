"""DHCP client identifiers."""

from scanner.wire.client_id import client_id


def test_text_where_it_is_text_and_hexadecimal_with_its_type_elsewhere() -> None:
    assert client_id(b"\0lamp") == "lamp"
    assert client_id(b"\0\xff\x01") == "00ff01"
    assert client_id(bytes.fromhex("0102005e000001")) == "0102005e000001"
    assert client_id(b"") == ""
