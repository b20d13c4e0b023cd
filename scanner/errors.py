"""The few exceptions a caller may meet.

Two regimes: what *they* send (captured bytes, cut files) is counted and reported, never fatal;
what is *ours* (tables, templates, schema) stops the program with the place and the remedy.
"""


class FieldmarkError(Exception):
    """A fault told to the user as one line; `exit_code` is the process's answer (README, exit codes)."""

    exit_code = 1


class Unreadable(FieldmarkError):
    """An input that is no capture at all: missing, empty, forbidden, or of a foreign format."""

    exit_code = 4

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path
        self.reason = reason


class Damaged(FieldmarkError):
    """A capture that stops making sense part of the way; everything before `offset` was kept.

    offset: bytes from the start of the (decompressed) stream; frame: number of the last whole frame, 0 if none.
    """

    exit_code = 3

    def __init__(self, offset: int, frame: int, reason: str) -> None:
        super().__init__(f"{reason} at byte {offset}, after frame {frame}")
        self.offset = offset
        self.frame = frame
        self.reason = reason


class Malformed(ValueError):
    """A protocol message that breaks its own rules. The text is fixed by us: it never quotes captured bytes."""


class WorkerLost(FieldmarkError):
    """A process that was reading ended by itself: out of memory, or killed. Nothing is known of the slice it had."""

    exit_code = 7

    def __init__(self) -> None:
        super().__init__("a worker process ended by itself (out of memory, or killed): try again with fewer --workers")


class ClusterFault(FieldmarkError):
    """The cluster that was asked for cannot be used: not there, gone, or running another program."""

    exit_code = 7


class StorageFault(FieldmarkError):
    """An output or database cannot be written, or belongs to something else."""

    exit_code = 5


class InterfaceFault(FieldmarkError):
    """The interface cannot be listened on: absent, down, forbidden, or not passive enough."""

    exit_code = 6


class PolicyFault(FieldmarkError):
    """A policy file that cannot be read or does not map every level."""

    exit_code = 2
