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
CLAIMS = ("maker", "brand", "component", "platform", "network", "class")
"""What a sign speaks for. brand: under whose name it is sold, whoever made it; weighed as the same sign for a maker is."""
SCOPES = ("equipment", "company", "services", "components")
"""What an entry of an official list is about, the first word of its scope: devices the company makes, the company as such
(contracts, exports), what it runs for others, parts that are inside devices."""

ASSESSABLE = {
    "device": "may be supported for one device",
    "site": "may be supported for a site as a whole",
    "no": "not assessable from packets",
}
"""For what a category of risk can be supported by captures, and how that is said."""

MATCHES = ("any", "exact", "prefix", "domain", "words", "regex")
OBSERVED = ("self", "asked", "told")
"""Roles of an observation, as in `scanner.model.Role` (not imported: this package knows nothing of the scanner)."""


@dataclass(frozen=True, slots=True)
class Past:
    """Who controlled a company up to the day before `until` (ISO date): its parent then, "" for none, and one of CONTROLS."""

    until: str
    parent: str
    control: str
    source: str


@dataclass(frozen=True, slots=True)
class Entity:
    """A company. country, city: head office (ISO 3166 alpha-2, "" not established); control: one of CONTROLS, a parent's
    where the file leaves it out; confidence: of these ownership facts; reviewed: ISO date; before: earliest first."""

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
    before: tuple[Past, ...] = ()


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
    until: "" still in force; scope: one of SCOPES, then after a semicolon what the text says; affiliates: the text covers
    subsidiaries and affiliates, `affiliates_since` one day and up to another where it did so for a time only; via: the listed
    parent's name where the entity asked for is not named itself."""

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
    affiliates_since: str = ""
    affiliates_until: str = ""

    def covers_affiliates(self, as_of: str) -> bool:
        """Whether affiliates of the company named are covered on an ISO date."""
        return self.affiliates and _holds(self.affiliates_since, self.affiliates_until, as_of)

    def in_force(self, as_of: str) -> bool:
        """Whether the entry holds on an ISO date: from its first day on, up to the day before it ended."""
        return _holds(self.since, self.until, as_of)


@dataclass(frozen=True, slots=True)
class OfficialList:
    """One official list. edition: date of the newest edition the entries were checked against; expected: entries the file
    must have, so that a lost line shows; printed: entries the official text has, 0 if not counted; affiliates, scope: of
    entries that say nothing else; in_force: the day a text begins to bind that does not yet, else ""."""

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
    in_force: str = ""
    affiliates_since: str = ""
    affiliates_until: str = ""


@dataclass(frozen=True, slots=True)
class ClassRule:
    """A dated rule about a class of devices, whoever makes them: it may touch a device, and what decides that no packet shows.

    classes: device classes it is about; component_on: instead, id of a list: it is about devices that contain a component
    of a maker whose equipment that list covers; control: only devices of makers controlled like this (CONTROLS), "" all;
    says: what the rule does; check: what a person has to find out; last_checked: when the official text was last looked at.
    """

    id: str
    title: str
    classes: tuple[str, ...]
    component_on: str
    control: str
    since: str
    until: str
    says: str
    check: str
    citation: str
    last_checked: str

    def in_force(self, as_of: str) -> bool:
        """Whether the rule holds on an ISO date."""
        return _holds(self.since, self.until, as_of)


@dataclass(frozen=True, slots=True)
class Exposure:
    """A product that a published report says a campaign went after. It says nothing about who made it, nor about this one.

    campaign: its usual name; entity: the maker; model: the product as the report prints it; channels, pattern: where
    a device names its model, and the regular expression found there (see `fingerprints.match`); published: of the report.
    """

    id: str
    campaign: str
    entity: str
    model: str
    channels: tuple[str, ...]
    pattern: str
    published: str
    says: str
    source: str
    examples: tuple[str, ...]
    misses: tuple[str, ...]

    def signatures(self) -> "tuple[Signature, ...]":
        """What the matcher looks for, one for each channel. They claim nothing and weigh nothing."""
        return tuple(
            Signature(self.id, self.entity, channel, ("self", "told"), "regex", self.pattern, (), "", "", self.source, (), ())
            for channel in self.channels
        )


@dataclass(frozen=True, slots=True)
class Risk:
    """A category of risk as policy papers name them. severity: 1 (low) to 5; mechanism: why its classes of devices and
    roles of companies touch it; assessable: one of ASSESSABLE; shown: what captures support; never: what none is to say."""

    category: str
    severity: int
    mechanism: str
    classes: tuple[str, ...]
    roles: tuple[str, ...]
    assessable: str
    shown: str
    never: str


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
        figures = {"maker": self.maker, "brand": self.maker, "component": self.component, "platform": self.platform}
        return figures.get(claim, 0.0)


@dataclass(frozen=True, slots=True)
class Weights:
    """weights.toml. prior: log-odds before any sign; rival: log-odds against a maker where better evidence names another,
    unrelated one; kinds by name; caps: the most a group may add, by claim and group; fitted: ISO date of a fit on labelled
    captures, "" while the figures are set by hand."""

    prior: float
    rival: float
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
    class_rules: tuple[ClassRule, ...] = ()
    exposures: tuple[Exposure, ...] = ()


def covers(scope: str) -> str:
    """What an entry of an official list is about: the word of SCOPES its scope begins with."""
    return scope.partition(";")[0]


def _holds(since: str, until: str, as_of: str) -> bool:
    return since <= as_of and (not until or as_of < until)
