"""What one row of knowledge is: frozen, plain values, as `fingerprints.reading` makes them from the files people edit.

What rows mean together (whose prefix, which signature) is decided in `fingerprints.catalogue` and `fingerprints.match`;
whether they agree with each other and with the registry is shown by `fingerprints.checks`.
"""

from collections.abc import Mapping
from dataclasses import dataclass

CONTROLS = ("prc", "hk", "contested", "jv", "none")
"""Who controls a company in the end: mainland China, Hong Kong or Macao, unproven, a joint venture, none of these."""

ROLES = ("maker", "contract", "module", "soc", "operator", "platform", "holding")
"""What a company does, or the registered name that an address block belongs to.

Only a `maker` has made the device its block is found on. contract: builds for others, or sells what others build; module, soc:
what is inside; operator: hands out boxes under its own name; platform: a cloud or software that devices of many makers live
on; holding: owns makers.
"""

CONFIDENCES = ("high", "medium", "low")
CLAIMS = ("maker", "component", "platform", "network", "class")
MATCHES = ("any", "exact", "prefix", "domain", "words", "regex")
OBSERVED = ("self", "asked", "told")
"""Roles of an observation, as in `scanner.model.Role` (not imported: this package knows nothing of the scanner)."""


@dataclass(frozen=True, slots=True)
class Entity:
    """A company. country, city: head office (ISO 3166 alpha-2, "" not established); control: one of CONTROLS, a parent's
    where the file leaves it out; confidence: of these ownership facts; reviewed: ISO date."""

    id: str
    name: str
    legal_name: str
    country: str
    city: str
    control: str
    parent: str
    roles: tuple[str, ...]
    classes: tuple[str, ...]
    brands: tuple[str, ...]
    confidence: str
    reviewed: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """Which registered names belong to an entity: `exact` the whole name, `prefix` its first whole words (see `normalise`)."""

    entity: str
    role: str
    match: str
    name: str


@dataclass(frozen=True, slots=True)
class Attribution:
    """What a registered name says: whose it is, in which role, and `origin`: who controls that (CONTROLS, "" not known).

    rule: exact, prefix (a vendor file), exception (exceptions.csv), country (only the registered country), none.
    """

    entity: Entity | None
    role: str
    origin: str
    rule: str
    source: str


@dataclass(frozen=True, slots=True)
class Signature:
    """A sign and what it means. id: entity.name, or generic.name for a row without entity; a row of a file that lists several
    channels or patterns is several Signatures with one id, and counts once for a device.

    roles: observation roles it accepts; match, pattern: see `fingerprints.match`; claims: what it speaks for; kind: row of
    weights.toml; examples, misses: values that must and must not match, replayed by `fingerprints.checks`.
    """

    id: str
    entity: str
    channel: str
    roles: tuple[str, ...]
    match: str
    pattern: str
    claims: tuple[str, ...]
    kind: str
    device_class: str
    source: str
    examples: tuple[str, ...]
    misses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Correction:
    """A registered name whose registered country misleads. country: as registered; true_country: of the head office in
    control ("" not established); origin: as in Attribution; kind: why it misleads."""

    name: str
    country: str
    true_country: str
    origin: str
    kind: str
    reason: str
    confidence: str


@dataclass(frozen=True, slots=True)
class ListEntry:
    """A dated entry of an official list. entry: the name as printed; entity: whom we take it to name, "" nobody we have;
    until: "" still in force; affiliates: the text covers subsidiaries and affiliates; via: the listed parent's name where the
    entity asked for is not named itself."""

    list_id: str
    title: str
    entry: str
    entity: str
    scope: str
    since: str
    until: str
    citation: str
    affiliates: bool
    via: str = ""

    def in_force(self, as_of: str) -> bool:
        """Whether the entry holds on an ISO date: from its first day on, up to the day before it ended."""
        return self.since <= as_of and (not self.until or as_of < self.until)


@dataclass(frozen=True, slots=True)
class OfficialList:
    """One official list. edition: date of the newest edition the entries were checked against; expected: entries the file
    must have, so that a lost line shows; printed: entries the official text has, 0 if not counted."""

    id: str
    title: str
    issuer: str
    law: str
    citation: str
    url: str
    edition: str
    last_checked: str
    expected: int
    printed: int
    affiliates: bool
    scope: str
    entries: tuple[ListEntry, ...]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of sign: natural-log odds it adds to each claim; `group`: signs of one group are not independent; decoded: a
    sign of this kind is decoded from, or names the maker in, what the device sent; guarded: the kind it counts as when the
    sender is a phone, a computer or a router, "" if that makes no difference."""

    name: str
    group: str
    maker: float
    component: float
    platform: float
    decoded: bool
    guarded: str
    meaning: str

    def weight(self, claim: str) -> float:
        """Log-odds for one claim; claims that are never weighed (network, class) get 0."""
        return {"maker": self.maker, "component": self.component, "platform": self.platform}.get(claim, 0.0)


@dataclass(frozen=True, slots=True)
class Weights:
    """weights.toml. prior: log-odds before any sign; kinds by name; caps: the most a group may add, by claim and group;
    fitted: ISO date of a fit on labelled captures, "" while the figures are set by hand."""

    prior: float
    kinds: Mapping[str, Kind]
    caps: Mapping[str, Mapping[str, float]]
    fitted: str
    reviewed: str
    source: str


@dataclass(frozen=True, slots=True)
class Knowledge:
    """Everything the files say, in file order, before any index. digest: sha256 over the files' names and contents."""

    entities: tuple[Entity, ...]
    rules: tuple[Rule, ...]
    signatures: tuple[Signature, ...]
    corrections: tuple[Correction, ...]
    lists: tuple[OfficialList, ...]
    weights: Weights
    digest: str
