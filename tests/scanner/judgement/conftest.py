"""A scripted network: frames through the whole line to the inventory."""

from collections.abc import Callable

import packets
import pytest

from fingerprints.catalogue import load
from scanner.engine import finish
from scanner.judgement.policy import load as load_policy
from scanner.model import Inventory

Judge = Callable[..., Inventory]


@pytest.fixture(scope="session")
def judge() -> Judge:
    """The inventory of frames a second apart."""
    return lambda *frames: finish(packets.evidence(frames), load(), load_policy())
