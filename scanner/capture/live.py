"""Frames from an interface. The only module that opens a socket, and the socket only ever receives.

Linux: one AF_PACKET socket (packet(7)), read with `recvmsg` because the kernel takes VLAN tags out of the frame and hands
them over beside it (PACKET_AUXDATA), as it does the receive time. Nothing is ever written to the socket; what the kernel
itself may send on such an interface is told by `talkative`. A filter expression is compiled by scapy (through libpcap).
"""

import ctypes
import fcntl
import socket
import struct
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

from scanner.capture.frames import FrameBatch
from scanner.errors import InterfaceFault

_ETH_P_ALL = 0x0003
_SOL_PACKET, _PACKET_ADD_MEMBERSHIP, _PACKET_STATISTICS, _PACKET_AUXDATA = 263, 1, 6, 8
_PACKET_MR_PROMISC = 1
_SO_TIMESTAMPNS, _SO_ATTACH_FILTER = 35, 26
_SIOCGIFADDR = 0x8915
_VLAN_VALID, _VLAN_TPID_VALID = 0x10, 0x40
_LONGEST = 262144  # the largest frame kept, as in a capture file
_BATCH_FRAMES, _BATCH_SECONDS = 2048, 0.5
_BUFFER = 64 << 20  # asked of the kernel for bursts; it grants what net.core.rmem_max allows
_LINKS = {1: 1, 772: 1, 512: 9, 65534: 101, 801: 105, 802: 119, 803: 127}
"""ARPHRD_ to LINKTYPE_: Ethernet, loopback, PPP, none (tun), 802.11 plain, with Prism and with radiotap headers."""
_SYS = Path("/sys/class/net")


def interfaces() -> list[tuple[str, str, str]]:
    """(name, state, MAC) of every interface, by name."""
    found = []
    for _, name in sorted(socket.if_nameindex(), key=lambda pair: pair[1]):
        folder = _SYS / name
        state = _read(folder / "operstate") or "unknown"
        found.append((name, state, _read(folder / "address")))
    return found


def talkative(interface: str) -> list[str]:
    """Why the host itself may send on this interface though we do not: each reason with the command that ends it."""
    reasons = []
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0) as sock:
        try:
            fcntl.ioctl(sock.fileno(), _SIOCGIFADDR, struct.pack("256s", interface.encode()[:15]))
            reasons.append(f"it has an IPv4 address: the kernel answers ARP and more (ip addr flush dev {interface})")
        except OSError:
            pass  # no address: nothing to answer for
    for line in _read(Path("/proc/net/if_inet6")).splitlines():
        if line.split()[-1] == interface:
            reasons.append(f"IPv6 is on: the kernel sends MLD and more (sysctl -w net.ipv6.conf.{interface}.disable_ipv6=1)")
            break
    return reasons


def _read(path: Path) -> str:
    try:
        return path.read_text().strip()
    except OSError:
        return ""


class Live:
    """An open interface. Iterate `batches()`; `stop()` from anywhere ends it after the current batch.

    format, sha256, bytes: as a file source has them; a live capture is not stored, so its sha256 is empty.
    """

    format = "live"
    sha256 = ""

    def __init__(self, interface: str, *, promiscuous: bool = True, expression: str = "", capture: str = "") -> None:
        """expression: a capture filter (pcap-filter(7)), "" for everything; capture: name in the results [the interface].

        Raises InterfaceFault if there is no such interface, the right to listen is missing, or the filter is wrong.
        """
        if not sys.platform.startswith("linux"):
            raise InterfaceFault("listening works on Linux only; elsewhere: tcpdump -i IFACE -w - | fieldmark scan -")
        if interface not in (name for name, _, _ in interfaces()):
            raise InterfaceFault(f"{interface}: no such interface; `fieldmark listen -D` lists them")
        self.capture = capture or interface
        self.bytes = 0
        self.dropped = 0
        self._frames = 0
        self._running = True
        self.link = _LINKS.get(int(_read(_SYS / interface / "type") or 1), 65535)
        try:
            self._socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
        except PermissionError:
            remedy = f"sudo, or: tcpdump -i {interface} -w - | fieldmark scan -"
            raise InterfaceFault(f"{interface}: listening needs the right to open a packet socket ({remedy})") from None
        try:
            if expression:
                self._filter(interface, expression)
            self._open(interface, promiscuous=promiscuous)
        except OSError as fault:
            self._socket.close()
            raise InterfaceFault(f"{interface}: {fault.strerror}") from None
        except InterfaceFault:
            self._socket.close()
            raise

    def _filter(self, interface: str, expression: str) -> None:
        # Inside the function: scapy takes a while to import, and only a filter needs it.
        from scapy.arch.common import compile_filter
        from scapy.error import Scapy_Exception

        try:
            program = compile_filter(expression, iface=interface, linktype=self.link)
        except (Scapy_Exception, OSError, ImportError) as fault:
            raise InterfaceFault(f"capture filter {expression!r}: {fault}") from None
        # SO_ATTACH_FILTER (socket(7)) takes a struct sock_fprog: the number of instructions, and where they lie.
        where = struct.pack("HL", program.bf_len, ctypes.addressof(program.bf_insns.contents))
        self._socket.setsockopt(socket.SOL_SOCKET, _SO_ATTACH_FILTER, where)

    def _open(self, interface: str, *, promiscuous: bool) -> None:
        sock = self._socket
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER)
        sock.setsockopt(socket.SOL_SOCKET, _SO_TIMESTAMPNS, 1)
        sock.setsockopt(_SOL_PACKET, _PACKET_AUXDATA, 1)
        sock.bind((interface, _ETH_P_ALL))
        if promiscuous:
            request = struct.pack("iHH8s", socket.if_nametoindex(interface), _PACKET_MR_PROMISC, 0, b"")
            sock.setsockopt(_SOL_PACKET, _PACKET_ADD_MEMBERSHIP, request)
        sock.settimeout(_BATCH_SECONDS)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None) -> None:
        self._socket.close()

    def stop(self) -> None:
        """End `batches` at its next turn."""
        self._running = False

    def batches(self, *, seconds: float | None = None, frames: int | None = None) -> Iterator[FrameBatch]:
        """Batches as they fill (every half second at the latest) until stopped, or for so long, or so many frames.

        Raises InterfaceFault if the interface goes away; everything before was handed out.
        """
        end = None if seconds is None else time.monotonic() + seconds
        while self._running and (end is None or time.monotonic() < end) and (frames is None or self._frames < frames):
            left = _BATCH_FRAMES if frames is None else min(_BATCH_FRAMES, frames - self._frames)
            batch = self._gather(left, end)
            if len(batch):
                self._frames += len(batch)
                self.bytes += len(batch.buffer)
                yield batch
        self._note_drops()

    def _gather(self, most: int, end: float | None) -> FrameBatch:
        kept: list[bytes] = []
        batch = FrameBatch(self.capture, self._frames + 1, b"")
        turn = time.monotonic() + _BATCH_SECONDS
        size = 0
        while self._running and len(kept) < most and time.monotonic() < (turn if end is None else min(turn, end)):
            try:
                frame, ancillary, _, _ = self._socket.recvmsg(_LONGEST, 256)
            except TimeoutError:
                break
            except OSError as fault:
                if kept:
                    break  # hand out what there is; the next turn meets the fault again
                raise InterfaceFault(f"{self.capture}: {fault.strerror}") from None
            when, tag, wire_size = _beside(ancillary)
            if tag:
                frame = frame[:12] + tag + frame[12:]
            batch.add(size, len(frame), max(wire_size + len(tag), len(frame)), when or time.time_ns(), self.link)
            kept.append(frame)
            size += len(frame)
        batch.buffer = b"".join(kept)
        return batch

    def _note_drops(self) -> None:
        """Frames the kernel had no room for (packet(7): reading the statistics resets them)."""
        _, drops = struct.unpack("II", self._socket.getsockopt(_SOL_PACKET, _PACKET_STATISTICS, 8))
        self.dropped += drops


def _beside(ancillary: list[tuple[int, int, bytes]]) -> tuple[int, bytes, int]:
    """What the kernel hands over beside a frame: receive time (ns, 0 if absent), VLAN tag taken out (b"" if none), size."""
    when, tag, wire_size = 0, b"", 0
    for level, kind, data in ancillary:
        if level == socket.SOL_SOCKET and kind == _SO_TIMESTAMPNS:
            seconds, nanoseconds = struct.unpack("qq", data[:16])
            when = seconds * 1_000_000_000 + nanoseconds
        elif level == _SOL_PACKET and kind == _PACKET_AUXDATA:
            status, length, _, _, _, tci, tpid = struct.unpack("IIIHHHH", data[:20])
            wire_size = length
            if status & _VLAN_VALID:
                tag = struct.pack("!HH", tpid if status & _VLAN_TPID_VALID and tpid else 0x8100, tci)
    return when, tag, wire_size
