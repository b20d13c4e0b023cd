"""Times and durations as Zeek writes them, read digit by digit: no binary fraction stands between."""

import re
from datetime import UTC, datetime
from decimal import Decimal

from scanner.errors import Malformed

SECOND = 1_000_000_000
"""In nanoseconds."""

LATEST = 9_000_000_000
"""Seconds since 1970: what comes after does not fit into 64 bits of nanoseconds."""

_EPOCH = re.compile(rb"(\d{1,10})(?:\.(\d{1,32}))?")
_TINY = re.compile(rb"\d(?:\.\d{1,32})?[eE]-\d{1,2}")  # as JSON has durations below a millionth of a second
_MILLISECONDS = re.compile(rb"(\d{9,11})(\d{3})(?:\.\d{1,9})?")
_WRITTEN = re.compile(rb"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?Z")


def moment(written: bytes) -> int:
    """A time as ns since 1970 UTC, or a duration in ns. Raises Malformed.

    Seconds or milliseconds since 1970, or ISO 8601 (LogAscii::json_timestamps: TS_EPOCH, TS_MILLIS, TS_ISO8601).
    """
    if found := _MILLISECONDS.fullmatch(written):
        seconds, fraction = int(found[1]), found[2]
    elif found := _EPOCH.fullmatch(written):
        seconds, fraction = int(found[1]), found[2] or b""
    elif found := _WRITTEN.fullmatch(written):
        try:
            seconds = int(datetime.fromisoformat(found[1].decode()).replace(tzinfo=UTC).timestamp())
        except ValueError:
            raise Malformed("a date that is none") from None
        fraction = found[2] or b""
    elif _TINY.fullmatch(written):
        return int(Decimal(written.decode("ascii")).scaleb(9))
    else:
        raise Malformed("a time that is none")
    if not 0 <= seconds <= LATEST:
        raise Malformed("a time out of range")
    return seconds * SECOND + int(fraction.ljust(9, b"0")[:9])
