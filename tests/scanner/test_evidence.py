"""The laws of the bag: every other room relies on them (design: evidence merges before anything is decided)."""

from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.evidence import KEPT, Evidence, Group, Ledger, Place, Traffic, merge
from scanner.model import Observation, Role, Sighting, Subject

Calls = list[tuple[str, tuple[object, ...]]]

SUBJECTS = st.builds(
    Subject, st.sampled_from(["", "vlan 7"]), st.sampled_from(["", "02:00:00:00:00:01"]), st.sampled_from(["", "10.0.0.1"])
)
PLACES = st.builds(Place, st.integers(0, 50), st.sampled_from(["a.pcap", "b.pcap"]), st.integers(1, 9))
SEEN = st.builds(
    Observation,
    st.sampled_from(["x.name", "x.model"]),
    st.text("ab", max_size=3),
    st.sampled_from(Role),
    st.binary(max_size=2),
)
TRAFFIC = st.builds(
    lambda a, b, heard, ttl: Traffic(1, 60, min(a, b), max(a, b).time, a if heard else None, 1 << ttl),
    PLACES,
    PLACES,
    st.booleans(),
    st.integers(0, 255),
)


@st.composite
def steps(draw: st.DrawFn) -> Calls:
    """What reading some frames does to a bag: calls, so that the same frames can be split between bags in any way."""
    kinds = st.one_of(
        st.tuples(st.just("add"), st.tuples(SUBJECTS, SEEN, PLACES)),
        st.tuples(st.just("count"), st.tuples(SUBJECTS, TRAFFIC)),
        st.tuples(
            st.just("trouble"), st.tuples(st.just("a.pcap"), st.just("malformed"), st.sampled_from("pq"), st.integers(1, 9))
        ),
    )
    return draw(st.lists(kinds, max_size=30))


def bag(calls: Calls) -> Evidence:
    made = Evidence()
    for name, arguments in calls:
        getattr(made, name)(*arguments)
    return made


@settings(max_examples=150, deadline=None)
@given(steps(), steps(), steps())
def test_merge_is_associative_and_commutative_with_an_empty_element(a: Calls, b: Calls, c: Calls) -> None:
    x, y, z = bag(a), bag(b), bag(c)
    assert merge([merge([x, y]), z]) == merge([x, merge([y, z])])
    assert merge([x, y]) == merge([y, x])
    assert merge([x, Evidence()]) == x == merge([Evidence(), x])


@settings(max_examples=150, deadline=None)
@given(steps(), st.randoms(use_true_random=False), st.integers(1, 4))
def test_any_split_of_the_same_frames_in_any_order_gives_the_same_bag(calls: Calls, random: Random, parts: int) -> None:
    whole = bag(calls)
    random.shuffle(calls)
    assert merge(bag(calls[part::parts]) for part in range(parts)) == whole


def test_merging_leaves_the_parts_as_they_were() -> None:
    part = bag([("add", (Subject("", "", "10.0.0.1"), Observation("x.name", "a"), Place(1, "a.pcap", 1)))])
    merge([part, part])
    assert part.facts[Subject("", "", "10.0.0.1"), "x.name"].observed == 1


@settings(max_examples=30, deadline=None)
@given(st.permutations(range(KEPT + 40)), st.integers(1, KEPT + 39))
def test_the_earliest_values_are_kept_and_the_rest_is_counted(order: list[int], cut: int) -> None:
    def group(numbers: list[int]) -> Group:
        made = Group()
        for number in numbers:
            made.add(Role.SELF, f"v{number}", Sighting(number, "a.pcap", number, b""))
        return made

    whole = group(order)
    parts = group(order[:cut])
    parts.absorb(group(order[cut:]))
    assert whole == parts
    assert whole.overflow
    assert whole.observed == KEPT + 40
    assert {value for _, value in whole.values} == {f"v{number}" for number in range(KEPT)}


def test_a_repeat_only_raises_the_count() -> None:
    made = Group()
    made.add(Role.SELF, "a", Sighting(5, "a.pcap", 2, b"first"))
    made.add(Role.SELF, "a", Sighting(9, "a.pcap", 3, b"later"))
    assert made == Group({(Role.SELF, "a"): Sighting(5, "a.pcap", 2, b"first")}, observed=2)


def test_parts_of_one_capture_share_a_ledger() -> None:
    first = Ledger(frames=2, decoded=1, first=5, last=9, link_types=frozenset({"ETHERNET"}))
    second = Ledger(
        frames=3, malformed=1, first=1, last=7, link_types=frozenset({"RAW"}), sha256="ab", bytes=70, format="pcap"
    )
    whole = merge([Evidence(ledgers={"a": first}), Evidence(ledgers={"a": second})]).ledgers["a"]
    assert whole == Ledger(5, 1, 1, 0, 1, 9, frozenset({"ETHERNET", "RAW"}), "ab", 70, "pcap")
