"""Distinguished names of certificates as Zeek writes them: text by RFC 2253, the most particular part first."""

import re

_PART = re.compile(rb"([A-Za-z0-9.-]{1,64})=((?:[^\\,+]|\\.)*)", re.DOTALL)
_ESCAPE = re.compile(rb"\\([0-9A-Fa-f]{2}|.)", re.DOTALL)


def distinguished(name: bytes) -> dict[bytes, bytes]:
    """The attributes of a name by their short type (CN, O, OU, …), of several of one type the most general.

    That is the one which stands first in the certificate itself. What does not parse is passed over.
    """
    found: dict[bytes, bytes] = {}
    for kind, value in _PART.findall(name):
        found[kind.upper()] = _ESCAPE.sub(_plain, value)
    return found


def _plain(escape: re.Match[bytes]) -> bytes:
    body = escape[1]
    return bytes.fromhex(body.decode("ascii")) if len(body) == 2 else body
