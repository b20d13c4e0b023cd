"""Handshake records: what is a message in clear, and how far it goes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.wire import records


def record(content: bytes, kind: int = 22) -> bytes:
    return bytes((kind, 3, 3)) + len(content).to_bytes(2, "big") + content


def message(kind: int, body: bytes) -> bytes:
    return bytes((kind,)) + len(body).to_bytes(3, "big") + body


CLIENT = message(1, b"\3\3" + bytes(200))
SERVER = message(2, b"\3\3" + bytes(60))
CERTIFICATE = message(11, (500).to_bytes(3, "big") + bytes(500))
DONE = message(14, b"")


@pytest.mark.parametrize(
    ("flight", "needed"),
    [
        (record(CLIENT), len(record(CLIENT))),
        (record(SERVER + CERTIFICATE + DONE), len(record(SERVER + CERTIFICATE))),
        (record(SERVER) + record(CERTIFICATE) + record(DONE), len(record(SERVER) + record(CERTIFICATE))),
        (record(CLIENT[:90]) + record(CLIENT[90:]), len(record(CLIENT)) + 5),
        (record(CERTIFICATE[:3]) + record(CERTIFICATE[3:]), len(record(CERTIFICATE)) + 5),
    ],
    ids=["client hello", "one record", "three records", "hello in two records", "head in two records"],
)
def test_until_the_message_is_here_more_is_wanted_then_no_more(flight: bytes, needed: int) -> None:
    # Where a segment ends with the record of a server hello, the certificate begins a segment of its own.
    apart = {len(record(SERVER))} if flight.startswith(record(SERVER)) else set()
    assert {at for at in range(2, len(flight) + 1) if records.size(flight[:at]) <= at} == {
        *apart,
        *range(needed, len(flight) + 1),
    }


@pytest.mark.parametrize(
    "payload",
    [
        record(SERVER) + record(b"\1", 20) + record(bytes(900), 23)[:300],  # TLS 1.3: encrypted from here on
        record(bytes([11]) + bytes(range(100, 180)))[:60],  # encrypted, its first byte as of a certificate
        record(bytes([1]) + bytes(range(100, 180)))[:60],  # as of a client hello
        record(DONE),
    ],
    ids=["hello of 1.3", "no certificate", "no hello", "another message"],
)
def test_what_is_encrypted_or_another_message_does_not_go_on(payload: bytes) -> None:
    assert records.size(payload) <= len(payload)


def test_messages_over_records_are_told_with_whether_they_are_whole() -> None:
    content = records.handshake(record(SERVER) + record(CERTIFICATE[:90]))
    assert [(kind, whole) for kind, _, whole in records.messages(content)] == [(2, True), (11, False)]


def test_a_record_longer_than_one_may_be_ends_it() -> None:
    assert records.handshake(b"\x16\3\3\x40\x01" + bytes(20_000)) == b""


@given(st.binary(max_size=80).map(lambda tail: b"\x16\3" + tail) | st.binary(max_size=80))
def test_any_bytes_end(payload: bytes) -> None:
    records.size(payload)
    for _ in records.messages(records.handshake(payload)):
        pass
