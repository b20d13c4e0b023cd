"""Hi-Flying's module search: the answering module is read, the asking tool and passwords on the same port are not."""

import pytest

from scanner.capture.frames import Frame
from scanner.model import Observation, Role
from scanner.observers import hiflying

ANSWER = b"192.0.2.9,0200000000AB,HF-LPB100"


def seen(payload: bytes, src_port: int = 48899, dst_port: int = 50000, *, cut: bool = False) -> list[Observation]:
    mac = bytes.fromhex("020000000001")
    made = Frame("a.pcap", 1, 0, "", mac, mac, 0x800, b"\xc0\0\2\x09", b"\xc0\0\2\1", 17, src_port, dst_port, payload, cut)
    return list(hiflying.observe(made))


@pytest.mark.parametrize("end", [b"", b"\0", b"\r\n"])
def test_a_module_names_itself(end: bytes) -> None:
    assert seen(ANSWER + end) == [
        Observation("hiflying.name", "HF-LPB100", Role.SELF, b"HF-LPB100"),
        Observation("hiflying.mac", "02:00:00:00:00:ab", Role.SELF, b"0200000000AB"),
        Observation("hiflying.ip", "192.0.2.9", Role.SELF, b"192.0.2.9"),
    ]


def test_search_and_answer_may_both_use_the_port() -> None:
    assert next(fact.value for fact in seen(b"192.0.2.9,0200000000ab,2712345678", dst_port=48899)) == "2712345678"


@pytest.mark.parametrize("question", [b"HF-A11ASSISTHREAD", b"WIFIKIT-214028-READ", b"www.usr.cn"])
def test_a_tool_only_asks(question: bytes) -> None:
    assert seen(question, 50000, 48899) == [Observation("hiflying.query", question.decode(), Role.ASKED, question)]
    assert seen(question) == []


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"+ok",
        b"AT+WSKEY=WPA2PSK,AES,hunter22\r",
        b"+ok=WPA2PSK,AES,hunter22\r\n",
        b"192.0.2.9,hunter22,HF-LPB100",
        b"dongle@sn,dtls_port:8899,0123456789",
        ANSWER[:-9],
        ANSWER + b",more",
        ANSWER.replace(b"192.0.2.9", b"192.0.2.900"),
        ANSWER.replace(b"192.0.2.9", b"0.0.0.0"),
        ANSWER.replace(b"0200000000AB", b"FFFFFFFFFFFF"),
        ANSWER.replace(b"HF-LPB100", b"a" * 60),
        ANSWER.replace(b"HF-LPB100", b"a\x1b[2J"),
        b"HF-A11ASSISTHREAD,HF-A11ASSISTHREAD",
    ],
)
def test_other_text_tells_nothing(payload: bytes) -> None:
    assert seen(payload) == []
    assert seen(payload, 50000, 48899) == []


def test_an_answer_to_the_port_or_a_cut_one_tells_nothing() -> None:
    assert seen(ANSWER, 50000, 48899) == []
    assert seen(ANSWER, cut=True) == []
