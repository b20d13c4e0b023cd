"""Loading the tables."""

import gc

import pytest

from fingerprints.catalogue import load
from scanner.cli import knowledge


@pytest.mark.parametrize("running", [True, False])
def test_the_collector_is_left_as_it_was(running: bool) -> None:
    before = gc.isenabled()
    try:
        gc.enable() if running else gc.disable()
        assert knowledge.catalogue(None) is load(None)
        assert gc.isenabled() is running
        assert gc.get_freeze_count() > 0
    finally:
        gc.unfreeze()
        gc.enable() if before else gc.disable()
