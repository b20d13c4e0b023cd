"""HL7: sender and receiver of a message, and nothing else of it."""

import pytest

from scanner.capture.frames import Frame
from scanner.model import Role
from scanner.observers import hl7

HEAD = "MSH|^~\\&|EXAMPLE^BC-1|LAB 2|LIS|HOSPITAL|20260302080000|S3CRET|ORU^R01|17|P|2.3.1||||0||ASCII"
PATIENT = "PID|1||4711||DOE^JANE"


def seen(message: str, *, cut: bool = False) -> list[tuple[str, str, Role]]:
    payload = message.encode("latin-1")
    made = Frame("c", 1, 0, "", b"\2" * 6, b"\2" * 6, 0x800, b"\xc0\0\2\1", b"\xc0\0\2\2", 6, 50000, 2575, payload, cut)
    facts = list(hl7.observe(made))
    kept = repr(facts)
    assert "S3CRET" not in kept
    assert "DOE" not in kept
    return [(fact.channel, fact.value, fact.role) for fact in facts]


FACTS = [
    ("hl7.application", "EXAMPLE^BC-1", Role.SELF),
    ("hl7.facility", "LAB 2", Role.SELF),
    ("hl7.query", "LIS", Role.ASKED),
]


def test_a_message_names_its_sender_and_no_patient() -> None:
    assert seen(f"\x0b{HEAD}\r{PATIENT}\r\x1c\r") == FACTS
    assert seen(f"\x0b{HEAD}".replace("|", "#")) == FACTS


def test_the_first_segment_is_enough() -> None:
    assert seen(f"\x0b{HEAD}\r{PATIENT}\r", cut=True) == FACTS
    assert seen(f"\x0b{HEAD}\r{PATIENT}\r" + "x" * 60_000) == FACTS


def test_empty_fields_are_left_out() -> None:
    assert seen("\x0b" + HEAD.replace("EXAMPLE^BC-1|LAB 2|LIS", "||")) == []


@pytest.mark.parametrize(
    "message",
    [
        "",
        HEAD,  # no start of a block
        "\x0bMSH",
        "\x0b" + HEAD.replace("2.3.1", "9"),
        "\x0b" + HEAD[:40],
        "\x0bMSHE" + HEAD[4:].replace("|", "E"),
        f"\x0b{PATIENT}\r",
    ],
)
def test_other_messages_tell_nothing(message: str) -> None:
    assert seen(message) == []
