"""URLs that devices tell: what of them may be kept.

A URL may carry a login before its host (RFC 3986, section 3.2.1) and tokens behind its path.
"""

import re

_LOGIN = re.compile(rb"(?<=://)[^/?#\s]{0,1024}@")


def without_login(text: bytes) -> bytes:
    """Text in which every URL has lost its login."""
    return _LOGIN.sub(b"", text) if b"@" in text else text


def public(url: bytes) -> bytes:
    """A URL without login, query and fragment."""
    return re.split(rb"[?#]", without_login(url), maxsplit=1)[0]


def evidence(url: bytes) -> bytes:
    """The bytes of a URL that stand behind what `public` gives, in one piece: from its host on, where a login was left out."""
    shown = public(url)
    return shown if shown in url else shown.partition(b"://")[2]
