"""What the law wants beside the event: the item, the partner and our own warehouse as the catalog has them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from suyuan.accounts.rules import in_language
from suyuan.catalog.directory import directory
from suyuan.catalog.models import Certificate, Item, Partner, Warehouse
from suyuan.catalog.queries import chunks
from suyuan.catalog.rules import code_key, gln_of
from suyuan.gs1.identifiers import gln_uri, identify
from suyuan.gs1.problems import Refused
from suyuan.ledger.keys import key16

# Codes of own fields of a category (catalog register "attributes") that ledgers of the law read: where a category has
# them, its items are filled in there.
GENERIC, FORM, MAKER, MAKER_LICENCE, HOLDER, REGISTRATION, NDC, STRENGTH, CONTAINER = (
    "GENERIC_NAME", "DOSAGE_FORM", "MAKER", "MAKER_LICENCE", "MAH", "REGISTRATION_NO", "NDC", "STRENGTH",
    "CONTAINER_SIZE",
)  # fmt: skip
MODEL = "MODEL"


@dataclass(frozen=True, slots=True)
class ItemFacts:
    """An item as ledgers name it; `custom`: own fields of its category by key."""

    uri: str
    key: str
    code: str
    name: str
    spec: str
    unit: str
    shelf_life: int | None
    category: str
    regimes: tuple[str, ...] = ()
    custom: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Side:
    """A partner or a warehouse of ours, as a party: `register` and `key` say where its row is. `ffrn`, `ggn` and
    `source_url`: how it is named as the source of lot codes."""

    uri: str
    name: str
    address: str = ""
    city: str = ""
    region: str = ""
    postcode: str = ""
    country: str = ""
    phone: str = ""
    contact: str = ""
    gln: str = ""
    register: str = ""
    key: str = ""
    licences: tuple[Certificate, ...] = ()
    ffrn: str = ""
    ggn: str = ""
    source_url: str = ""

    @property
    def where(self) -> str:
        """The address in one line, the largest first, as it is written in China."""
        return " ".join(filter(None, (self.postcode, self.region, self.city, self.address)))

    @property
    def reach(self) -> str:
        """How it is reached."""
        return " ".join(filter(None, (self.contact, self.phone)))

    def numbers(self, day: date, kinds: Sequence[str] = ()) -> str:
        """The licences that held on a day, of these kinds or all."""
        held = [one for one in self.licences if (not kinds or one.kind in kinds) and holds(one, day)]
        return "; ".join(dict.fromkeys(one.number for one in held))


def holds(one: Certificate, day: date) -> bool:
    return one.is_active and (one.valid_from or day) <= day <= (one.valid_until or day)


class Items:
    """Items by their keys as postings and identifiers have them, in one language. One statement for 900."""

    def __init__(self, keys: Iterable[bytes], language: str) -> None:
        known = directory()
        behind = {key16(uri): uri for uri in known.items}
        behind |= {key16(uri): pack.item for uri, pack in known.packs.items()}
        wanted = {key: known.kept(behind[key]) for key in set(keys) if key in behind}
        rows: dict[str, ItemFacts] = {}
        for part in chunks(set(wanted.values())):
            for one in Item.objects.filter(uri__in=part).select_related("category"):
                rows[one.uri] = ItemFacts(
                    one.uri, one.key, one.code, in_language(language, one.name_zh, one.name_en, one.code), one.spec,
                    one.base_unit, one.shelf_life_days, one.category.key if one.category else "",
                    tuple(filter(None, one.category.regimes.split(","))) if one.category else (),
                    {str(key): str(value) for key, value in (one.custom or {}).items()},
                )  # fmt: skip
        self.found = {key: rows[uri] for key, uri in wanted.items() if uri in rows}

    def of(self, key: bytes | None, uri: str = "") -> ItemFacts:
        """The item behind a key; of what nobody has catalogued what its identifier says."""
        if key is not None and key in self.found:
            return self.found[key]
        code = _code(uri)
        return ItemFacts("", "", code, code, "", "", None, "")


def _code(uri: str) -> str:
    try:
        return identify(uri).code
    except Refused:
        return uri


class Sides:
    """Parties by URI: partners with their papers, and our warehouses. Three statements for 900."""

    def __init__(self, uris: Iterable[str], language: str) -> None:
        self.known = known = directory()
        self.language = language
        self.behind = {uri: partner.uri for uri in set(uris) if uri and (partner := known.partner_of(uri))}
        self.ours = {uri: code for uri in set(uris) if uri and (code := known.glns.get(gln_of(uri) or "", ""))}
        self.partners: dict[str, Side] = {}
        for part in chunks({known.kept(uri) for uri in self.behind.values()} | set(self.behind.values())):
            rows = list(Partner.objects.filter(uri__in=part))
            papers: dict[int, list[Certificate]] = {}
            for paper in Certificate.objects.filter(partner__in=[one.pk for one in rows]).order_by("kind", "key"):
                papers.setdefault(paper.partner_id, []).append(paper)
            for one in rows:
                self.partners[one.uri] = self._partner(one, papers.get(one.pk, []))
        codes = set(self.ours.values())
        self.warehouses = {one.code: self._warehouse(one) for one in Warehouse.objects.filter(code__in=codes)}

    def _partner(self, one: Partner, papers: Sequence[Certificate]) -> Side:
        return Side(
            one.uri, in_language(self.language, one.name_zh, one.name_en, one.code), one.address, one.city, one.region,
            one.postcode, one.country, one.phone, one.contact, one.gln or "", "partners", one.key, tuple(papers),
            one.ffrn, one.ggn, one.source_url,
        )  # fmt: skip

    def _warehouse(self, one: Warehouse) -> Side:
        name = one.company or in_language(self.language, one.name_zh, one.name_en, one.code)
        return Side(
            gln_uri(one.gln), name, one.address, one.city, one.region, one.postcode, one.country, one.phone, "",
            one.gln, "warehouses", code_key(one.code), (), one.ffrn, one.ggn, one.source_url,
        )  # fmt: skip

    def of(self, uri: str) -> Side:
        """The party; of one that is not in the catalog what its URI says."""
        if uri in self.ours:
            return self.warehouses.get(self.ours[uri], Side(uri, uri))
        partner = self.behind.get(uri, "")
        return self.partners.get(self.known.kept(partner)) or self.partners.get(partner) or Side(uri, _code(uri))
