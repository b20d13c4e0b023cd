"""The client hello by itself (RFC 8446, section 4.1.2); whole messages and JA4 values are tested with the TLS observer."""

import pytest

from scanner.errors import Malformed
from scanner.wire import hello


def counted(value: bytes, width: int = 2) -> bytes:
    return len(value).to_bytes(width, "big") + value


NAME = b"\0\0" + counted(counted(b"\0" + counted(b"a.example")))
ALPN = b"\0\x10" + counted(counted(counted(b"h3", 1)))
HEAD = b"\3\3" + bytes(32) + b"\0" + counted(b"\x13\x01") + b"\x01\0"
BODY = HEAD + counted(NAME + ALPN)


def test_fields() -> None:
    said = hello.read(BODY, whole=True)
    assert (said.version, said.ciphers, list(said.extensions)) == (b"\3\3", b"\x13\x01", [hello.SNI, hello.ALPN])
    assert hello.server_name(said.extensions[hello.SNI]) == b"a.example"
    assert hello.protocols(said.extensions[hello.ALPN]) == [b"h3"]


def test_transport_is_the_first_letter_of_the_fingerprint() -> None:
    said = hello.read(BODY, whole=True)
    assert hello.ja4(said, "t")[1:] == hello.ja4(said, "q")[1:]
    assert hello.ja4(said, "q").startswith("q12d0102h3_")


def test_a_part_gives_the_extensions_that_are_complete() -> None:
    assert list(hello.read(BODY[:-1], whole=False).extensions) == [hello.SNI]
    assert hello.read(BODY[: len(HEAD)], whole=False).extensions == {}


@pytest.mark.parametrize("body", [BODY[:-1], BODY + b"\0", HEAD + counted(NAME + NAME), HEAD[:30], HEAD[:-4] + b"\0\3abc\1\0"])
def test_a_whole_one_must_add_up(body: bytes) -> None:
    with pytest.raises(Malformed):
        hello.read(body, whole=True)


def test_ja3_of_the_published_example() -> None:
    """The first example of https://github.com/salesforce/ja3."""
    ciphers = [47, 53, 5, 10, 49161, 49162, 49171, 49172, 50, 56, 19, 4]
    groups, formats = b"\0\x06\0\x17\0\x18\0\x19", b"\x01\0"
    said = hello.Hello(
        (769).to_bytes(2, "big"),
        b"".join(code.to_bytes(2, "big") for code in ciphers),
        {b"\0\0": b"", b"\0\x0a": groups, b"\0\x0b": formats},
    )
    assert hello.ja3(said) == "ada70206e40642a3e4461f35503241d5"
