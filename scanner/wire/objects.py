"""JSON objects inside messages (RFC 8259), as far as observers need them: named members, made safe to show.

Devices write loosely: a member that is absent, or of another type than expected, reads as empty.
"""

import json
from typing import Any

from scanner.errors import Malformed
from scanner.wire.addresses import host_ip, host_mac
from scanner.wire.text import safe

Object = dict[str, Any]


def read(body: bytes, *, any_charset: bool = False) -> Object:
    """The object a message body is; any_charset: of devices that write names in whatever their owner's computer uses.

    Raises Malformed if it is not JSON, or no object.
    """
    try:
        value = json.loads(body.decode(errors="replace" if any_charset else "strict"))
    except (ValueError, RecursionError):  # the second: nesting so deep that the parser gives up
        raise Malformed("body is not JSON") from None
    if not isinstance(value, dict):
        raise Malformed("body is no JSON object")
    return value


def inner(found: Object, name: str) -> Object:
    """The object that is member `name`, {} if there is none."""
    value = found.get(name)
    return value if isinstance(value, dict) else {}


def text(found: Object, name: str) -> str:
    """Safe text of member `name`, "" if there is none."""
    value = found.get(name)
    return safe(value) if isinstance(value, str) else ""


def mac(found: Object, name: str) -> str:
    """Canonical MAC address of member `name` in any usual spelling, "" if it is none that one interface can have."""
    return host_mac(text(found, name))


def ip(found: Object, name: str) -> str:
    """Canonical IP address of member `name`, "" if it is none of one host."""
    return host_ip(text(found, name))
