"""Times of Zeek's logs: every digit counts, and what is no time is refused."""

import pytest

from scanner.errors import Malformed
from scanner.logs.zeek_times import moment

NS = 1_767_225_600_123_456_000


@pytest.mark.parametrize(
    ("written", "time"),
    [
        (b"1767225600.123456", NS),
        (b"1767225600.1234567891", NS + 789),
        (b"0", 0),
        (b"1767225600123", 1_767_225_600_123_000_000),
        (b"2026-01-01T00:00:00.123456Z", NS),
        (b"2026-01-01T00:00:00Z", 1_767_225_600_000_000_000),
    ],
)
def test_times_keep_every_digit(written: bytes, time: int) -> None:
    assert moment(written) == time


@pytest.mark.parametrize(
    "written", [b"", b"-", b"-1.0", b"1e9", b"nan", b"9999999999", b"2026-02-30T00:00:00Z", b"9999-01-01T00:00:00Z"]
)
def test_what_is_no_time(written: bytes) -> None:
    with pytest.raises(Malformed):
        moment(written)
