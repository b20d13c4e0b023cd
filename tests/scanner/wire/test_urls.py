"""URLs: where something is, not how to get in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.wire import urls


@pytest.mark.parametrize(
    ("url", "shown", "kept"),
    [
        (b"http://192.0.2.1:80/desc.xml", b"http://192.0.2.1:80/desc.xml", b"http://192.0.2.1:80/desc.xml"),
        (b"http://admin:x@192.0.2.1/desc.xml?token=x#y", b"http://192.0.2.1/desc.xml", b"192.0.2.1/desc.xml"),
        (b"http://a:x@y@192.0.2.1/a@b", b"http://192.0.2.1/a@b", b"192.0.2.1/a@b"),
        (b"opc.tcp://plc:4840?key=x", b"opc.tcp://plc:4840", b"opc.tcp://plc:4840"),
        (b"/desc.xml#x", b"/desc.xml", b"/desc.xml"),
        (b"", b"", b""),
    ],
)
def test_what_is_kept(url: bytes, shown: bytes, kept: bytes) -> None:
    assert (urls.public(url), urls.evidence(url)) == (shown, kept)


def test_every_url_of_a_text() -> None:
    assert urls.without_login(b"see http://a:x@h/ or rtsp://b@h2, mail c@d") == b"see http://h/ or rtsp://h2, mail c@d"


@given(st.text("a:/@?#. ", max_size=30).map(str.encode))
def test_evidence_stands_in_the_url(url: bytes) -> None:
    assert urls.evidence(url) in url
    assert not set(b"?#") & set(urls.public(url))
