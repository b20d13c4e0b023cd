"""The files people edit, to rows: vendors, generic signatures, exceptions, lists, weights (and `fingerprints.remarks`).

Strict (`fingerprints.strict`): nothing is guessed, nothing is skipped.
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from fingerprints import remarks
from fingerprints.errors import TableError
from fingerprints.match import compiled, normalise
from fingerprints.rows import (
    CLAIMS,
    CONFIDENCES,
    CONTROLS,
    MATCHES,
    OBSERVED,
    ROLES,
    SCOPES,
    Correction,
    Entity,
    Kind,
    Knowledge,
    ListEntry,
    OfficialList,
    Past,
    Rule,
    Signature,
    Weights,
    covers,
)
from fingerprints.strict import Part, csv_rows, toml

FOLDER = Path(__file__).parent
_ID = re.compile(r"[a-z0-9][a-z0-9_-]*")
_COUNTRY = re.compile(r"[A-Z]{2}|")
_CORRECTION = ("name", "country", "true_country", "origin", "kind", "reason", "confidence")
_ENTRY = ("entry", "entity", "since", "until", "scope", "citation", "affiliates")
_AFFILIATES = {"yes": True, "no": False}


def sources(folder: Path = FOLDER, *, vendors: bool = True) -> list[Path]:
    """The files knowledge is read from, in the order in which it is read; vendors False: all but those of vendors/."""
    companies = sorted((folder / "vendors").glob("*.toml")) if vendors else []
    lists = [at / name for at in _lists(folder) for name in ("list.toml", "entries.csv")]
    single = [folder / name for name in ("weights.toml", remarks.CATEGORIES, remarks.EXPOSURES)]
    return [*companies, folder / "generic.toml", folder / "exceptions.csv", *lists, *single]


def read(folder: Path = FOLDER) -> Knowledge:
    """Everything the files in `folder` say. Raises TableError."""
    entities: list[Entity] = []
    rules: list[Rule] = []
    signatures: list[Signature] = []
    for path in sorted((folder / "vendors").glob("*.toml")):
        entity, its_rules, its_signatures = vendor(path)
        entities.append(entity)
        rules += its_rules
        signatures += its_signatures
    return Knowledge(
        entities=_with_control(entities),
        rules=_unshared(rules),
        signatures=(*signatures, *generic(folder / "generic.toml")),
        corrections=corrections(folder / "exceptions.csv"),
        lists=tuple(map(official_list, _lists(folder))),
        weights=weights(folder / "weights.toml"),
        digest=digest(folder),
        class_rules=remarks.class_rules(folder / remarks.CATEGORIES),
        exposures=remarks.exposures(folder / remarks.EXPOSURES),
    )


def digest(folder: Path = FOLDER) -> str:
    """SHA-256 over names and contents of all source files."""
    whole = hashlib.sha256()
    for path in sources(folder):
        content = path.read_bytes()
        whole.update(f"{path.relative_to(folder).as_posix()} {len(content)}\n".encode() + content)
    return whole.hexdigest()


def vendor(path: Path) -> tuple[Entity, tuple[Rule, ...], tuple[Signature, ...]]:
    """One company: who it is, which registered names are its own, how its devices show themselves."""
    part = toml(path)
    entity = Entity(
        id=part.text("id", form=_ID),
        name=part.text("name"),
        legal_name=part.text("legal_name", ""),
        country=part.text("country", form=_COUNTRY),
        city=part.text("city", ""),
        control=part.text("control", "", among=("", *CONTROLS)),
        parent=part.text("parent", ""),
        roles=part.texts("roles", among=ROLES),
        classes=part.texts("classes", ()),
        brands=part.texts("brands", ()),
        confidence=part.text("confidence", among=CONFIDENCES),
        reviewed=part.day("reviewed"),
        sources=part.texts("sources"),
        before=tuple(sorted(map(_past, part.rows("before")), key=lambda past: past.until)),
    )
    if entity.id != path.stem:
        part.wrong("id", f"{entity.id!r} is not the name of the file", f"Call the file {entity.id}.toml, or mend the id.")
    if not entity.control and not entity.parent:
        part.wrong("control", "is missing", "Say who controls the company, or name its parent.")
    rules: list[Rule] = []
    for role, names in part.parts("registrants", among=ROLES):
        for match in ("exact", "prefix"):
            rules += [Rule(entity.id, role, match, name) for name in names.texts(match, ())]
        names.close()
    signatures = tuple(one for row in part.rows("signature") for one in _signature(row, entity.id))
    part.close()
    return entity, tuple(rules), signatures


def _past(part: Part) -> Past:
    """One [[before]]: who was in control, and until when."""
    past = Past(part.day("until"), part.text("parent", ""), part.text("control", "none", among=CONTROLS), part.text("source"))
    part.close()
    return past


def generic(path: Path) -> tuple[Signature, ...]:
    """Signs that tell a class of device or a platform, but no company."""
    part = toml(path)
    signatures = tuple(one for row in part.rows("signature") for one in _signature(row, ""))
    part.close()
    return signatures


def _signature(part: Part, entity: str) -> Iterator[Signature]:
    """One [[signature]]: a Signature for each of its channels and patterns."""
    short = part.text("id", form=_ID)
    channels = part.texts("channel")
    match = part.text("match", among=MATCHES)
    patterns = part.texts("pattern", ())
    if (match == "any") == bool(patterns):
        part.wrong("pattern", f"does not go with match {match!r}", 'Only `match = "any"` stands without a pattern.')
    known = Signature(
        id=f"{entity or 'generic'}.{short}",
        entity=entity,
        channel="",
        roles=part.texts("roles", ("self",), among=OBSERVED),
        match=match,
        pattern="",
        claims=part.texts("claims", among=CLAIMS),
        kind=part.text("kind"),
        device_class=part.text("device_class", ""),
        source=part.text("source"),
        examples=part.texts("examples"),
        misses=part.texts("misses", ()),
    )
    part.close()
    for pattern in patterns:
        problem = _unusable(match, pattern)
        if problem:
            part.wrong("pattern", f"{pattern!r} {problem}", "Mend the pattern, or use another kind of match.")
    for channel in channels:
        for pattern in patterns or ("",):
            yield replace(known, channel=channel, pattern=pattern)


def _unusable(match: str, pattern: str) -> str:
    """Why a pattern can never be asked, "" if it can."""
    if match == "words" and not normalise(pattern):
        return "has no word"
    if match == "domain" and pattern != pattern.strip("."):
        return "begins or ends with a dot"
    if match == "regex":
        try:
            compiled(pattern)
        except re.error as fault:
            return f"is no regular expression: {fault}"
    return ""


def corrections(path: Path) -> tuple[Correction, ...]:
    """exceptions.csv: registered names whose registered country misleads."""
    found = []
    for part in csv_rows(path, _CORRECTION):
        row = Correction(
            part.text("name"),
            part.text("country", form=_COUNTRY),
            part.text("true_country", form=_COUNTRY),
            part.text("origin", among=("", *CONTROLS)),
            part.text("kind"),
            part.text("reason"),
            part.text("confidence", among=CONFIDENCES),
        )
        found.append(row)
    return tuple(found)


def official_list(folder: Path) -> OfficialList:
    """One folder of lists/: list.toml says what the list is, entries.csv whom it names and since when."""
    path = folder / "list.toml"
    part = toml(path)
    known = OfficialList(
        id=part.text("id", form=_ID),
        title=part.text("title"),
        issuer=part.text("issuer"),
        law=part.text("law"),
        citation=part.text("citation"),
        url=part.text("url", ""),
        edition=part.day("edition"),
        last_checked=part.day("last_checked"),
        expected=int(part.number("expected")),
        printed=int(part.number("printed", 0)),
        affiliates=part.flag("affiliates"),
        scope=_scope(part),
        entries=(),
        in_force=part.day("in_force", empty=True),
        affiliates_since=part.day("affiliates_since", empty=True),
        affiliates_until=part.day("affiliates_until", empty=True),
    )
    if known.id != folder.name:
        part.wrong("id", f"{known.id!r} is not the name of the folder", f"Call the folder {known.id}, or mend the id.")
    part.close()
    entries = tuple(
        ListEntry(
            list_id=known.id,
            title=known.title,
            entry=row.text("entry"),
            entity=row.text("entity"),
            scope=_scope(row, known.scope),
            since=row.day("since"),
            until=row.day("until", empty=True),
            citation=row.text("citation") or known.citation,
            affiliates=_AFFILIATES.get(row.text("affiliates", among=("", *_AFFILIATES)), known.affiliates),
            affiliates_since=known.affiliates_since,
            affiliates_until=known.affiliates_until,
        )
        for row in csv_rows(folder / "entries.csv", _ENTRY)
    )
    return replace(known, entries=entries)


def _scope(part: Part, default: str = "") -> str:
    """A scope that begins with one of SCOPES; "" stands for the default if there is one."""
    scope = part.text("scope") or default
    if covers(scope) not in SCOPES:
        part.wrong(
            "scope", f"{scope!r} does not say what it covers", f"Begin with one of: {', '.join(SCOPES)}; then a semicolon."
        )
    return scope


def weights(path: Path) -> Weights:
    """weights.toml: prior, counter-weight, kinds of signs, caps of groups."""
    part = toml(path)
    prior, rival = part.number("prior"), part.number("rival")
    fitted, reviewed = part.day("fitted", empty=True), part.day("reviewed")
    source = part.text("source")
    kinds: dict[str, Kind] = {}
    for name, row in part.parts("kind"):
        kinds[name] = Kind(
            name=name,
            group=row.text("group"),
            maker=row.number("maker", 0),
            component=row.number("component", 0),
            platform=row.number("platform", 0),
            decoded=row.flag("decoded", default=False),
            guarded=row.text("guarded", ""),
            meaning=row.text("meaning"),
        )
        row.close()
    caps = {claim: groups.numbers() for claim, groups in part.parts("cap", among=CLAIMS)}
    part.close()
    return Weights(prior, rival, kinds, caps, fitted, reviewed, source)


def _unshared(rules: list[Rule]) -> tuple[Rule, ...]:
    """The rules, if no registered name is claimed twice: which of two companies it named would hang on the order of files."""
    owners: dict[tuple[str, tuple[str, ...]], Rule] = {}
    for rule in rules:
        first = owners.setdefault((rule.match, normalise(rule.name)), rule)
        if first is not rule:
            problem = f"{rule.name!r} ({rule.match}) is {first.entity}'s in vendors/{first.entity}.toml already"
            raise TableError(f"vendors/{rule.entity}.toml", None, f"registrants.{rule.role}", problem, "Keep one of the two.")
    return tuple(rules)


def _with_control(entities: list[Entity]) -> tuple[Entity, ...]:
    """Entities with `control` filled in from their parents where the file leaves it out."""
    by_id = {entity.id: entity for entity in entities}

    def control(entity: Entity, seen: tuple[str, ...]) -> str:
        file = f"vendors/{entity.id}.toml"
        if entity.parent and entity.parent not in by_id:
            raise TableError(file, None, "parent", f"{entity.parent!r} has no file", "Add it, or leave parent out.")
        if entity.id in seen:
            raise TableError(file, None, "parent", "leads back to the company itself", "Break the circle.")
        return entity.control or control(by_id[entity.parent], (*seen, entity.id))

    return tuple(replace(entity, control=control(entity, ())) for entity in entities)


def _lists(folder: Path) -> list[Path]:
    return sorted(at for at in (folder / "lists").iterdir() if at.is_dir())
