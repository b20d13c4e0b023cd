"""Which signatures a value matches: what each kind of match means, and an index that finds them without asking every row.

    any      the channel alone is the sign
    exact    the value is the pattern                         case folded
    prefix   the value begins with the pattern                case folded
    domain   the value is the pattern or a name below it      case folded
    words    the pattern's words stand in the value, in a row normalised
    regex    the pattern is found in the value                ASCII letters in either case

`matches` is the plain meaning, one row at a time, and the judge of `Matcher` in the tests.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from functools import cache, lru_cache
from typing import NamedTuple

from fingerprints.rows import Signature

_WORD = re.compile(r"[^\W_]+")
SAME_MEANING = {
    "quic.sni": "tls.sni",
    "cwmp.manufacturer": "wifi.wps_manufacturer",
    "eapol.wps_manufacturer": "wifi.wps_manufacturer",
    "eapol.wps_model": "wifi.wps_model",
    "eapol.wps_device_name": "wifi.wps_device_name",
    "eapol.wps_model_number": "wifi.wps_model_number",
}
"""Channels whose values mean what another's do: signatures name the other one only."""


def normalise(name: str) -> tuple[str, ...]:
    """A name as its words, for comparing: NFKC, case folded, runs of Unicode letters and digits; all else only separates.

    Letters of every script count: a name in Hangul must not become empty, and so equal to another such name.
    """
    return tuple(_WORD.findall(unicodedata.normalize("NFKC", name).casefold()))


@cache
def compiled(pattern: str) -> re.Pattern[str]:
    """A signature's regular expression. ASCII, so that `\\d`, `\\w` and letter case mean the same for every reader."""
    return re.compile(pattern, re.ASCII | re.IGNORECASE)


def matches(signature: Signature, value: str) -> bool:
    """Whether the value, seen on the signature's channel in one of its roles, is the sign."""
    pattern, folded = signature.pattern.casefold(), value.casefold()
    match signature.match:
        case "any":
            return True
        case "exact":
            return folded == pattern
        case "prefix":
            return folded.startswith(pattern)
        case "domain":
            return folded == pattern or folded.endswith("." + pattern)
        case "words":
            return _within(normalise(pattern), normalise(value))
        case "regex":
            return compiled(signature.pattern).search(value) is not None
        case other:
            raise ValueError(f"{other!r} is no kind of match")


def _within(words: tuple[str, ...], whole: tuple[str, ...]) -> bool:
    return any(whole[at : at + len(words)] == words for at in range(len(whole) - len(words) + 1))


_MOST_VALUES = 1 << 14
"""Values of which the signatures are remembered: some MiB."""


class Matcher:
    """All signatures by channel and role. Regular expressions are compiled when a value first comes near them."""

    def __init__(self, signatures: Iterable[Signature]) -> None:
        self._shelves: dict[tuple[str, str], _Shelf] = defaultdict(_Shelf)
        for place, signature in enumerate(signatures):
            for role in signature.roles:
                self._shelves[signature.channel, role].add(place, signature)
        self._shelves.default_factory = None

        # Devices of one make say the same values: each is looked for once.
        self.hits = lru_cache(maxsize=_MOST_VALUES)(self._hits)

    def _hits(self, channel: str, role: str, value: str) -> tuple[Signature, ...]:
        """Signatures the value matches, in the order of the tables, each id once."""
        shelf = self._shelves.get((SAME_MEANING.get(channel, channel), role))
        if shelf is None:
            return ()
        by_id: dict[str, Signature] = {}
        for row in sorted(shelf.find(value)):
            by_id.setdefault(row.signature.id, row.signature)
        return tuple(by_id.values())


class Row(NamedTuple):
    """A signature and its place in the tables, by which hits are put in order."""

    place: int
    signature: Signature


class _Shelf:
    """The signatures of one channel and role, each where its kind of match is found fastest.

    Words by their first word; prefixes and regular expressions by the first character of what they can match, where that
    is certain ("" otherwise); domains and exact values by themselves.
    """

    def __init__(self) -> None:
        self.always: list[Row] = []
        self.exact: dict[str, list[Row]] = defaultdict(list)
        self.domain: dict[str, list[Row]] = defaultdict(list)
        self.prefix: dict[str, list[Row]] = defaultdict(list)
        self.words: dict[str, list[Row]] = defaultdict(list)
        self.regex: dict[str, list[Row]] = defaultdict(list)

    def add(self, place: int, signature: Signature) -> None:
        row, pattern = Row(place, signature), signature.pattern.casefold()
        match signature.match:
            case "any":
                self.always.append(row)
            case "exact":
                self.exact[pattern].append(row)
            case "domain":
                self.domain[pattern].append(row)
            case "prefix":
                self.prefix[pattern[0]].append(row)
            case "words":
                self.words[normalise(pattern)[0]].append(row)
            case _:
                self.regex[first_character(signature.pattern)].append(row)

    def find(self, value: str) -> list[Row]:
        folded = value.casefold()
        first = folded[:1]
        found = [*self.always, *self.exact.get(folded, ())]
        near = [*self.prefix.get(first, ()), *self.regex.get("", ())]
        if first:
            near += self.regex.get(first, ())
        if self.domain:
            found += self._below(folded)
        if self.words:
            for word in set(normalise(value)):
                near += self.words.get(word, ())
        found += [row for row in near if matches(row.signature, value)]
        return found

    def _below(self, folded: str) -> list[Row]:
        found = list(self.domain.get(folded, ()))
        dot = folded.find(".")
        while dot >= 0:
            found += self.domain.get(folded[dot + 1 :], ())
            dot = folded.find(".", dot + 1)
        return found


def first_character(pattern: str) -> str:
    """The character, case folded, with which a value must begin for a regular expression to match; "" if that is not plain.

    Plain is: `^`, then a letter or digit that no quantifier makes optional, and no alternative outside brackets.
    """
    if not re.match(r"\^[A-Za-z0-9](?![?*{])", pattern):
        return ""
    outside = re.sub(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]", "", pattern)
    depth = 0
    for char in outside:
        depth += (char == "(") - (char == ")")
        if char == "|" and not depth:
            return ""
    return pattern[1].casefold()
