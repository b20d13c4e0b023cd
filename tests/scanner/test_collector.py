"""The collector still finds cycles among new objects: an error that refers to itself by its traceback must not stay."""

import gc
import weakref

from scanner.collector import collect_rarely


def test_new_cycles_are_found_and_old_objects_left_alone() -> None:
    before = gc.get_threshold()
    try:
        collect_rarely()
        full = gc.get_stats()[2]["collections"]

        class Knot:
            own: "Knot"

        found = []
        for _ in range(200):
            knot = Knot()
            knot.own = knot
            found.append(weakref.ref(knot))
        del knot
        kept = [[number] for number in range(300_000)]
        assert sum(knot() is None for knot in found) >= 199
        assert gc.get_stats()[2]["collections"] == full
        assert len(kept) == 300_000
    finally:
        gc.set_threshold(*before)
