"""Whatever the pieces a file is read in, beside a thread or not: every byte is counted and hashed once, in its order."""

from hashlib import sha256
from io import BytesIO
from random import Random

import pytest

from scanner.capture.tape import Tape

CONTENT = Random(1).randbytes(5 << 20)


@pytest.mark.parametrize("seed", range(6))
def test_the_hash_is_that_of_all_bytes_read_so_far(seed: int) -> None:
    tape, random = Tape(BytesIO(CONTENT)), Random(seed)
    while piece := tape.read(random.choice([1, 24, 1 << 12, 1 << 18, (1 << 18) - 1, 1 << 20])):
        assert CONTENT[tape.bytes - len(piece) : tape.bytes] == piece
        if not random.randrange(4):
            assert tape.sha256 == sha256(CONTENT[: tape.bytes]).hexdigest()
    assert (tape.bytes, tape.sha256) == (len(CONTENT), sha256(CONTENT).hexdigest())


def test_two_files_at_once_keep_apart() -> None:
    one, other = Tape(BytesIO(CONTENT)), Tape(BytesIO(CONTENT[::-1]))
    while one.read(1 << 18) or other.read(1 << 19):
        pass
    other.run_out()
    assert one.sha256 == sha256(CONTENT).hexdigest()
    assert other.sha256 == sha256(CONTENT[::-1]).hexdigest()
