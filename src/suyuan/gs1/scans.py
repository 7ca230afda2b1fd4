"""One reader for whatever a scanner sends or a person types: barcodes, Digital Links, bare keys."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from suyuan.gs1.dates import ERA, parse_date, parse_minute
from suyuan.gs1.digital_link import parse_link
from suyuan.gs1.element_strings import GS1_SYMBOLOGIES, SEPARATORS, Element, parse_elements
from suyuan.gs1.identifiers import ID_ORIGIN, Identity, Kind, identify
from suyuan.gs1.identity import identity_of
from suyuan.gs1.keys import check_problem, gtin14, is_checked, is_digits
from suyuan.gs1.link_forms import FORMS, KEY_QUALIFIERS
from suyuan.gs1.problems import Problem, Refused
from suyuan.gs1.quantities import Quantity, parse_amount

_BEGINS_GS1 = re.compile(r"\]|\x1d|[0-9]{2}")
_GTIN_LENGTHS = (8, 12, 13, 14)
# The first three digits of the trade measures 31nn to 36nn and the unit each is given in; the fourth says the decimals.
_MEASURE_UNITS = {
    "310": "KGM", "311": "MTR", "312": "MTR", "313": "MTR", "314": "MTK", "315": "LTR", "316": "MTQ",
    "320": "LBR", "321": "INH", "322": "FOT", "323": "YRD", "324": "INH", "325": "FOT", "326": "YRD",
    "327": "INH", "328": "FOT", "329": "YRD", "330": "KGM", "331": "MTR", "332": "MTR", "333": "MTR",
    "334": "MTK", "335": "LTR", "336": "MTQ", "340": "LBR", "341": "INH", "342": "FOT", "343": "YRD",
    "344": "INH", "345": "FOT", "346": "YRD", "347": "INH", "348": "FOT", "349": "YRD", "350": "INK",
    "351": "FTK", "352": "YDK", "353": "INK", "354": "FTK", "355": "YDK", "356": "APZ", "357": "OZA",
    "360": "QTL", "361": "GLL", "362": "QTL", "363": "GLL", "364": "INQ", "365": "FTQ", "366": "YDQ",
    "367": "INQ", "368": "FTQ", "369": "YDQ",
}  # fmt: skip
_IDENTIFYING = (
    "01",
    "8006",
    "00",
    "8003",
    "8004",
    "8010",
    "253",
    "255",
    "414",
    "417",
    "401",
    "402",
    "8013",
    "8017",
    "8018",
)


@dataclass(frozen=True, slots=True)
class ScanResult:
    """What was scanned. `identity` is None when the code names nothing by itself (a lot number without its GTIN).

    `weights` holds trade measures by the first three digits of their AI: 310 net kilograms, 330 gross kilograms,
    315 litres. `content` is the GTIN inside a logistic unit (AI 02), of which `quantity` says how many. `expires_at` is
    local time without zone.
    """

    text: str
    elements: tuple[Element, ...] = ()
    identity: Identity | None = None
    gtin: str | None = None
    lot: str | None = None
    serial: str | None = None
    sscc: str | None = None
    content: str | None = None
    quantity: int | None = None
    expiry: date | None = None
    expires_at: datetime | None = None
    best_before: date | None = None
    sell_by: date | None = None
    production: date | None = None
    packaging: date | None = None
    gln: str | None = None
    weights: Mapping[str, Quantity] = field(default_factory=dict)

    def value(self, ai: str) -> str | None:
        """The raw value behind an AI, if the code had it."""
        return next((element.value for element in self.elements if element.ai == ai), None)


def scan(text: str, *, today: date = ERA, separators: Sequence[str] = SEPARATORS) -> ScanResult:
    """Read an element string, Digital Link, EPC URN, own-origin URI, bare GTIN or SSCC, with any symbology identifier.

    One label may be spread over several carriers, so an AI that needs another one is not refused for its absence; wrong
    values and AIs that exclude each other are. A symbol that is not a GS1 one (``]d1``) may hold a URI or a bare key
    only. `today` settles the century of two-digit years.
    """
    data = text.strip(" \t\r\n")
    plain = data.startswith("]") and not data.startswith(GS1_SYMBOLOGIES)
    data = data[3:] if plain else data
    start = data[:8].lower()
    if start.startswith(("http://", "https://", "urn:")):
        identity = identify(data)
        return _result(text, _elements_of(data, identity), identity, today)
    if is_digits(data):
        data = _bracketed_key(data)
    elements = _parse(data, plain, separators)
    return _result(text, elements, _identity(elements), today)


def _elements_of(uri: str, identity: Identity) -> tuple[Element, ...]:
    """What a URI says beyond its identity: the attributes of a Digital Link."""
    if not identity.uri.startswith(ID_ORIGIN + "/"):
        return ()
    scheme, _, rest = uri.partition(":")
    return parse_link(identity.uri if scheme.lower() == "urn" else f"{scheme.lower()}:{rest}")


def _parse(data: str, plain: bool, separators: Sequence[str]) -> tuple[Element, ...]:
    if not data:
        raise Refused([Problem("gs1.scan_empty", "scan")])
    if not data.startswith("(") and (plain or not _BEGINS_GS1.match(data)):
        raise Refused([Problem("gs1.scan_unknown", "scan", {"value": data[:80]})])
    return parse_elements(data, separators=separators, associations=False)


def _bracketed_key(digits: str) -> str:
    """A bare GTIN or SSCC as its element; other digits, and an element string of digits only, as they are."""
    if len(digits) in _GTIN_LENGTHS and is_checked(digits):
        return f"(01){gtin14(digits)}"
    if len(digits) == 18 and is_checked(digits):
        return f"(00){digits}"
    if len(digits) in (12, 13):
        problem = check_problem(digits, "scan")
        raise Refused([problem] if problem is not None else [])
    return digits


def _identity(elements: Sequence[Element]) -> Identity | None:
    """The identity the elements name together, at its finest; None without a key."""
    present = {element.ai: element.value for element in elements}
    key = next((ai for ai in _IDENTIFYING if ai in present), None)
    if key is None:
        return None
    for order in KEY_QUALIFIERS[key] or ((),):
        form = (key, *(ai for ai in order if ai in present))
        if len(form) > 1 and form in FORMS:
            return identity_of(form, [present[ai] for ai in form])
    return identity_of((key,), (present[key],))


def _result(text: str, elements: Sequence[Element], identity: Identity | None, today: date) -> ScanResult:
    values = {element.ai: element.value for element in elements}

    def day(ai: str) -> date | None:
        return parse_date(values[ai], today) if ai in values else None

    minute = parse_minute(values["7003"], today) if "7003" in values else None
    count = values.get("30") or values.get("37")
    return ScanResult(
        text=text,
        elements=tuple(elements),
        identity=identity,
        gtin=values.get("01") or values.get("8006", "")[:14] or None,
        lot=values.get("10") or _own_code(identity, Kind.LOT),
        serial=values.get("21") or values.get("235") or _own_code(identity, Kind.SERIAL),
        sscc=values.get("00"),
        content=values.get("02"),
        quantity=int(count) if count else None,
        expiry=day("17") or (minute.date() if minute else None),
        expires_at=minute,
        best_before=day("15"),
        sell_by=day("16"),
        production=day("11"),
        packaging=day("13"),
        gln=values.get("414") or values.get("417"),
        weights=_measures(elements),
    )


def _own_code(identity: Identity | None, kind: Kind) -> str | None:
    """The lot or serial number of goods without GTIN."""
    return identity.code if identity is not None and identity.kind is kind else None


def _measures(elements: Sequence[Element]) -> dict[str, Quantity]:
    found = {}
    for element in elements:
        code = _MEASURE_UNITS.get(element.ai[:3]) if len(element.ai) == 4 else None
        if code is not None:
            found[element.ai[:3]] = Quantity(parse_amount(Decimal(element.value).scaleb(-int(element.ai[3]))), code)
    return found
