"""Link-local multicast name resolution: names asked for on the link, and hosts answering to theirs (RFC 4795).

Both sides in lower case: an answer repeats the spelling of whoever asked.
"""

from collections.abc import Iterator

from scanner.capture.frames import Frame
from scanner.capture.wants import Udp
from scanner.errors import Malformed
from scanner.model import Channel, Observation, Role
from scanner.wire.dns import AAAA, IN, PTR, A, Message, dotted, read
from scanner.wire.text import safe

CHANNELS = (
    Channel("llmnr.name", "name a host answers to by LLMNR"),
    Channel("llmnr.query", "name asked for in an LLMNR query"),
)
WANTS = (Udp((5355,), unread=((0, 2),), any_peer=True),)  # the identification

_PORT = 5355


def observe(frame: Frame) -> Iterator[Observation]:
    """Read one message. Raises Malformed after yielding what stood before the fault.

    Messages that section 2.1.1 says to discard give nothing: other opcodes, errors, several questions.
    """
    message = read(frame.payload, cut=frame.cut)
    if message is None or message.opcode or message.rcode or len(message.questions) > 1:
        return
    if message.response and frame.src_port == _PORT:
        for name in _answered(message):
            yield Observation("llmnr.name", safe(name.lower()), raw=dotted(name))
    elif not message.response and frame.dst_port == _PORT and not message.answers and not message.authority:
        for question in message.questions:
            if question.name:
                yield Observation("llmnr.query", safe(question.name.lower()), Role.ASKED, dotted(question.name))
    if message.fault:
        raise Malformed(message.fault)


def _answered(message: Message) -> list[str]:
    """The names a responder says are its own: owners of its addresses, or what its address is called."""
    names = []
    for record in message.answers:
        name = record.name if record.kind in (A, AAAA) else record.target if record.kind == PTR else ""
        if name and record.klass == IN:
            names.append(name)
    return list(dict.fromkeys(names))
