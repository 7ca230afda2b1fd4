"""Warehouses: a log, a GLN, and the beginnings of the numbers that are handed out there."""

from collections.abc import Sequence

from suyuan.accounts.models import Site
from suyuan.catalog.drafts import KnownWarehouses, NewWarehouse, warehouse_problems
from suyuan.catalog.fields import Field, Type
from suyuan.catalog.kinds import PlaceKind
from suyuan.catalog.models import Partner, Place, Warehouse
from suyuan.catalog.register import Draft, Register, Values
from suyuan.catalog.registers.shared import (
    ADDRESS,
    ADDRESS_FIELDS,
    BASICS,
    NAME_EN,
    NAME_ZH,
    SOURCE_FIELDS,
    country_problems,
    fixed,
    fresh,
    new_ones,
    said,
    source_problems,
)
from suyuan.catalog.registers.tables import Column, Table, text, unknown
from suyuan.catalog.rules import LOT_TOKEN, SSCC_PREFIX, code_key, overlapping
from suyuan.gs1.identifiers import gln_uri
from suyuan.gs1.problems import N_, Problem

NUMBERS = N_("Numbers")
FIELDS = (
    Field("code", N_("Code"), Type.CODE, needed=True, longest=12, group=BASICS, listed=True),
    NAME_ZH,
    NAME_EN,
    Field("site", N_("Site"), Type.REFERENCE, refers="sites", needed=True, group=BASICS, listed=True, frozen=True),
    Field("gln", N_("GLN"), Type.CODE, needed=True, longest=13, group=NUMBERS, listed=True),
    Field("lot_token", N_("Lot numbers begin with"), Type.CODE, longest=6, group=NUMBERS, frozen=True),
    Field("sscc_prefix", N_("SSCCs begin with"), Type.CODE, longest=14, group=NUMBERS, frozen=True),
    Field("company", N_("Name of the business"), longest=300, group=ADDRESS,
          hint=N_("As it stands on papers for authorities and customers")),
    *ADDRESS_FIELDS,
    *SOURCE_FIELDS,
)  # fmt: skip

TABLE = Table(
    model=Warehouse,
    columns=(
        text("code"), text("name_zh"), text("name_en"), Column("site", "site_id"), text("gln"),
        Column("lot_token", path="lot_token"), Column("sscc_prefix", path="sscc_prefix"),
        *(text(name) for name in ("company", *(one.name for one in (*ADDRESS_FIELDS, *SOURCE_FIELDS)))),
    ),
    names=("code",),
    unique=("code",),
    key=lambda values: code_key(values["code"]),
    uri="gln",
    make_uri=gln_uri,
    lower=True,
)  # fmt: skip


def tidy(values: Values) -> Values:
    """Beginnings that are not given are those there are, of a new one those that follow from code and GLN."""
    return {name: value for name, value in values.items() if value or name not in ("lot_token", "sscc_prefix")}


def token_of(draft: Draft) -> str:
    return said(draft, "lot_token") or said(draft, "code").replace("-", "").upper()[:6]


def prefix_of(draft: Draft) -> str:
    return said(draft, "sscc_prefix") or said(draft, "gln")[:12]


def judge(drafts: Sequence[Draft]) -> list[Problem]:
    there = {
        code: (gln, token, prefix)
        for code, gln, token, prefix in Warehouse.objects.values_list("code", "gln", "lot_token", "sscc_prefix")
    }
    partners = Partner.objects.filter(gln__in=fresh(drafts, "gln"))
    glns = {gln for gln in partners.values_list("gln", flat=True) if gln}
    sites = set(Site.objects.values_list("code", flat=True))
    problems = fixed(drafts, "gln", "catalog.gln_fixed")
    problems += country_problems(drafts) + source_problems(drafts)
    problems += unknown(drafts, "site", {code_key(site) for site in sites}, "catalog.site_unknown")
    for n, draft in new_ones(drafts):
        new = _new(draft)
        known = KnownWarehouses(
            codes=there.keys(),
            glns={gln for gln, *_ in there.values()} | glns,
            sites={new.site},
            lot_tokens=[token for _, token, _ in there.values()],
            sscc_prefixes=[prefix for *_, prefix in there.values()],
        )
        problems += [Problem(p.code, f"rows[{n}].{p.field}", p.params) for p in warehouse_problems(new, known)]
        there[new.code] = (new.gln, new.lot_token, new.sscc_prefix)
    return problems + _beginnings(drafts, there)


def _beginnings(drafts: Sequence[Draft], there: dict[str, tuple[str, str, str]]) -> list[Problem]:
    """The beginnings of numbers, where they are changed before any was handed out."""
    problems = []
    for n, draft in enumerate(drafts):
        others = [numbers for code, numbers in there.items() if code != said(draft, "code")]
        if draft.changed("lot_token"):
            token = said(draft, "lot_token")
            other = overlapping(token, [token for _, token, _ in others]) if LOT_TOKEN.fullmatch(token) else ""
            code = "catalog.lot_token_overlaps" if other else "catalog.lot_token_bad"
            if other or other == "":
                problems.append(Problem(code, f"rows[{n}].lot_token", {"token": token, "other": other}))
        if draft.changed("sscc_prefix"):
            prefix = said(draft, "sscc_prefix")
            other = overlapping(prefix, [prefix for *_, prefix in others]) if SSCC_PREFIX.fullmatch(prefix) else ""
            code = "catalog.sscc_prefix_overlaps" if other else "catalog.sscc_prefix_bad"
            if other or other == "":
                problems.append(Problem(code, f"rows[{n}].sscc_prefix", {"prefix": prefix, "other": other}))
    return problems


def _new(draft: Draft) -> NewWarehouse:
    code, gln, site = (said(draft, name) for name in ("code", "gln", "site"))
    return NewWarehouse(code=code, gln=gln, site=site, lot_token=token_of(draft), sscc_prefix=prefix_of(draft))


def write(drafts: Sequence[Draft], version: int) -> list[str]:
    TABLE.write(drafts, version, lambda one: {"lot_token": token_of(one), "sscc_prefix": prefix_of(one)})
    roots = [
        Place(
            uri=gln_uri(said(draft, "gln")),
            warehouse_id=said(draft, "code"),
            code=said(draft, "code"),
            key=code_key(said(draft, "code")),
            kind=PlaceKind.WAREHOUSE,
            name_zh=said(draft, "name_zh"),
            name_en=said(draft, "name_en"),
            version=version,
        )
        for draft in drafts
    ]
    Place.objects.bulk_create(
        roots, update_conflicts=True, unique_fields=["uri"], update_fields=["name_zh", "name_en", "version"]
    )
    return [gln_uri(said(draft, "gln")) for draft in drafts]


WAREHOUSES = Register(
    name="warehouses",
    one=N_("Warehouse"),
    many=N_("Warehouses"),
    fields=FIELDS,
    keys=("code",),
    permission="place.edit",
    standing=TABLE.standing,
    judge=judge,
    write=write,
    rows=TABLE.rows,
    read=TABLE.read,
    columns=TABLE.paths(),
    tidy=tidy,
)
