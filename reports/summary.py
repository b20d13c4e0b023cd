"""The summary in words: a handful of sentences made from the inventory, for whoever reads nothing else."""

from collections import Counter

from reports import view
from reports.wording import listed, minute, number, percent, quantity
from scanner.model import Device, Inventory, Verdict

_NAMED = 5
"""How many makers and lists a sentence names before it says "and others"."""

_TOLD = 3
"""How many limits the summary tells in full."""

_BY_LEVEL = {
    5: "{} whose maker an official list names",
    4: "{} of another PRC maker",
    3: "{} with a PRC component or platform",
    2: "{} registered in mainland China, maker not identified",
}


def sentences(inventory: Inventory) -> tuple[str, ...]:
    """What was read, what is flagged, what is not, whose it is, which lists are concerned, what could not be seen."""
    devices = inventory.devices
    if not devices:
        return _nothing(inventory)
    flagged = view.by_verdict(devices, Verdict.FLAGGED)
    return (
        f"{quantity(len(devices), 'device')} {_be(len(devices))} found in {_read(inventory)}.",
        _flagged(flagged, len(devices)),
        *_others(devices),
        *_makers(flagged),
        *_lists(devices),
        *_waived(devices),
        *_unseen(inventory),
    )


def _read(inventory: Inventory) -> str:
    frames = sum(record.frames for record in inventory.captures)
    between = view.period(inventory)
    when = f", sent between {minute(between[0])} and {minute(between[1])} UTC" if between else ""
    return f"{quantity(len(inventory.captures), 'capture')} with {quantity(frames, 'frame')}{when}"


def _be(many: int) -> str:
    return "was" if many == 1 else "were"


def _nothing(inventory: Inventory) -> tuple[str, ...]:
    if not inventory.captures:
        return ("No capture was read, so there is nothing to report.",)
    if not sum(record.frames for record in inventory.captures):
        why = "No frame could be read, so nothing can be said about any device."
    else:
        why = "No frame came from an address that can name a device. This does not show that the network is empty."
    return f"No devices were found in {_read(inventory)}.", why, *_unseen(inventory)


def _flagged(flagged: list[Device], among: int) -> str:
    if not flagged:
        return "None is flagged, which does not show that none is of PRC origin: see what this scan could not show."
    levels = Counter(device.finding.level for device in flagged)
    parts = [text.format(number(levels[level])) for level, text in _BY_LEVEL.items() if levels[level]]
    if rest := sum(many for level, many in levels.items() if level not in _BY_LEVEL):
        parts.append(f"{number(rest)} by the policy in use")
    share = "all of them" if len(flagged) == among else percent(len(flagged) / among)
    return f"{number(len(flagged))} ({share}) {_be(len(flagged))} flagged as of PRC origin: {listed(parts)}."


def _others(devices: tuple[Device, ...]) -> tuple[str, ...]:
    have = Counter(device.finding.verdict for device in devices)
    review, clear, unknown = have[Verdict.REVIEW], have[Verdict.CLEAR], have[Verdict.UNKNOWN]
    if review + clear + unknown == 0:
        return ()
    needs, is_clear = "needs" if review == 1 else "need", "is" if clear == 1 else "are"
    known = f"{number(clear)} {is_clear} clear (the maker is identified and not of PRC origin)"
    unnamed = f"for {number(unknown)} nothing was seen that names a maker"
    return (f"Of the others, {number(review)} {needs} review, {known}, and {unnamed}.",)


def _makers(flagged: list[Device]) -> tuple[str, ...]:
    names = Counter(company for device in flagged if (company := view.vendor(device)))
    if not names:
        return ()
    return (f"Among the flagged devices the companies seen most are {_top(names)}.",)


def _lists(devices: tuple[Device, ...]) -> tuple[str, ...]:
    lists = Counter(title for device in devices for title in {listing.title for listing in device.listings})
    if not lists:
        return ()
    concerned = sum(bool(device.listings) for device in devices)
    return (f"Official lists name the maker or component maker of {quantity(concerned, 'device')}: {_top(lists)}.",)


def _waived(devices: tuple[Device, ...]) -> tuple[str, ...]:
    states = Counter(view.excused(device) for device in devices if device.waivers)
    if not states:
        return ()
    each = [f"{number(states[state])} {state}" for state in ("waived", "waiver expired") if states[state]]
    return (f"Devices the policy has a waiver for: {listed(each)}. A waiver changes no verdict.",)


def _top(counter: Counter[str]) -> str:
    ranked = sorted(counter.items(), key=lambda item: (-item[1], item[0].casefold(), item[0]))
    named = [f"{label} ({number(many)})" for label, many in ranked[:_NAMED]]
    return listed([*named, "others"] if len(ranked) > _NAMED else named)


def _unseen(inventory: Inventory) -> tuple[str, ...]:
    found: list[str] = []
    if broken := view.troubled(inventory.captures):
        among = len(inventory.captures)
        which = "The capture" if among == 1 else f"{number(len(broken))} of {quantity(among, 'capture')}"
        found.append(f"{which} could not be read whole.")
    limits = [limit.text.rstrip(". ") for limit in view.limits(inventory)]
    if limits:
        more = [quantity(len(limits) - _TOLD, "more limit")] if len(limits) > _TOLD else []
        found.append(f"Limits of this scan: {'; '.join([*limits[:_TOLD], *more])}.")
    return tuple(found)
