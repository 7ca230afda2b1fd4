"""Commands on names: sites, warehouses, places, items, partners. Their changes stand in the company's log.

`PUTS` has one command for each register: it adds and changes rows by `catalog.register.put`, and its change record says
field by field what became of them.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC

from django.db.models import F

from suyuan.accounts.writes import do_add_site, do_add_team
from suyuan.capture.who import Who
from suyuan.catalog.drafts import NewItem, NewPartner, NewPlace
from suyuan.catalog.fields import print_value
from suyuan.catalog.files import do_add_file
from suyuan.catalog.models import Warehouse
from suyuan.catalog.queries import chunks
from suyuan.catalog.register import Changed, Draft, Intake, Register, Row, put
from suyuan.catalog.registers import REGISTERS
from suyuan.catalog.registers.sites import site_uri
from suyuan.catalog.rules import DEFAULT_LOT_TEMPLATE
from suyuan.catalog.writes import (
    bump,
    do_add_category,
    do_add_items,
    do_add_partners,
    do_add_places,
    do_add_warehouse,
)
from suyuan.governance.context import Context
from suyuan.governance.records import ABOUT
from suyuan.governance.registry import Plan, command
from suyuan.gs1.identifiers import gln_uri
from suyuan.gs1.problems import Problem
from suyuan.ledger.keys import key16
from suyuan.ledger.models import EventItem, Identifier, Record
from suyuan.tlog.jcs import Json

MOST_ROWS = 1000
APPROVED = "approved"  # of a partner


@dataclass(frozen=True, slots=True, kw_only=True)
class AddSite:
    code: str
    name_zh: str = ""
    name_en: str = ""
    time_zone: str


@command(AddSite, permission="place.edit", scope=None)
def add_site(ctx: Context, who: Who, c: AddSite) -> Plan:
    do_add_site(code=c.code, name_zh=c.name_zh, name_en=c.name_en, time_zone=c.time_zone)
    return Plan(result={"code": c.code})


@dataclass(frozen=True, slots=True, kw_only=True)
class AddTeam:
    code: str
    name_zh: str = ""
    name_en: str = ""
    site: str | None = None


@command(AddTeam, permission="user.manage", scope=None)
def add_team(ctx: Context, who: Who, c: AddTeam) -> Plan:
    do_add_team(code=c.code, name_zh=c.name_zh, name_en=c.name_en, site=c.site)
    return Plan(result={"code": c.code})


@dataclass(frozen=True, slots=True, kw_only=True)
class AddWarehouse:
    """Defaults of `lot_token` and `sscc_prefix` as `catalog.drafts.NewWarehouse` says."""

    code: str
    name_zh: str = ""
    name_en: str = ""
    gln: str
    site: str
    lot_token: str = ""
    sscc_prefix: str = ""


@command(AddWarehouse, permission="place.edit", scope=None)
def add_warehouse(ctx: Context, who: Who, c: AddWarehouse) -> Plan:
    made = do_add_warehouse(
        code=c.code,
        name_zh=c.name_zh,
        name_en=c.name_en,
        gln=c.gln,
        site=c.site,
        lot_token=c.lot_token,
        sscc_prefix=c.sscc_prefix,
    )
    return Plan(result={"code": made.code, "uri": gln_uri(made.gln)}, about=[gln_uri(made.gln)])


@dataclass(frozen=True, slots=True, kw_only=True)
class AddPlaces:
    """Places of one warehouse. `place_of` is its code: the right to do this is company-wide, so it is no scope."""

    place_of: str
    places: tuple[NewPlace, ...]


@command(AddPlaces, permission="place.edit", scope=None)
def add_places(ctx: Context, who: Who, c: AddPlaces) -> Plan:
    uris = do_add_places(warehouse=c.place_of, places=c.places)
    return Plan(result={"uris": uris}, about=uris)


@dataclass(frozen=True, slots=True, kw_only=True)
class AddCategory:
    code: str
    name_zh: str = ""
    name_en: str = ""
    lot_template: str = DEFAULT_LOT_TEMPLATE


@command(AddCategory, permission="item.edit", scope=None)
def add_category(ctx: Context, who: Who, c: AddCategory) -> Plan:
    do_add_category(code=c.code, name_zh=c.name_zh, name_en=c.name_en, lot_template=c.lot_template)
    return Plan(result={"code": c.code})


@dataclass(frozen=True, slots=True, kw_only=True)
class AddItems:
    items: tuple[NewItem, ...]


@command(AddItems, permission="item.edit", scope=None)
def add_items(ctx: Context, who: Who, c: AddItems) -> Plan:
    uris = do_add_items(items=c.items)
    return Plan(result={"uris": uris}, about=uris)


@dataclass(frozen=True, slots=True, kw_only=True)
class AddPartners:
    partners: tuple[NewPartner, ...]


@command(AddPartners, permission="supplier.approve", scope=None)
def add_partners(ctx: Context, who: Who, c: AddPartners) -> Plan:
    uris = do_add_partners(partners=c.partners)
    return Plan(result={"uris": uris}, about=uris)


@dataclass(frozen=True, slots=True, kw_only=True)
class AddFile:
    """A picture or paper whose bytes `catalog.files.keep_bytes` has kept under `hash`."""

    hash: str
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AddPaper(AddFile):
    """The same, of a partner: by whoever looks after partners."""


# By the permission of the register whose rows show it.
FILES: dict[str, type[AddFile]] = {"item.edit": AddFile, "supplier.approve": AddPaper}


@command(AddFile, permission="item.edit", scope=None)
def add_file(ctx: Context, who: Who, c: AddFile) -> Plan:
    return _file_added(c)


@command(AddPaper, permission="supplier.approve", scope=None)
def add_paper(ctx: Context, who: Who, c: AddPaper) -> Plan:
    return _file_added(c)


def _file_added(c: AddFile) -> Plan:
    made = do_add_file(name=c.name, hash=c.hash, version=bump())
    return Plan(result={"hash": made.hash, "media_type": made.media_type, "size": made.size})


# -- registers --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Put:
    """Rows of a register to be added or changed, at most 1,000; `reason`: why, in the giver's words."""

    rows: tuple[Row, ...]
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PutSites(Put):
    """Sites."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PutWarehouses(Put):
    """Warehouses, each with the place it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PutStorageClasses(Put):
    """How goods are kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PutPlaces(Put):
    """Places, of any warehouses."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PutCategories(Put):
    """Categories of items."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PutAttributes(Put):
    """Fields of their own that the items of categories have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PutItems(Put):
    """Items."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PutPacks(Put):
    """Pack levels of items."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PutUnits(Put):
    """Further units of items."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PutPartners(Put):
    """Partners. To approve a supplier takes a second person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PutCertificates(Put):
    """Licences and certificates of partners."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PutSupplierItems(Put):
    """Suppliers' codes for items."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PutCalendar(Put):
    """Days of the working calendar."""


PUTS: dict[str, type[Put]] = {
    "sites": PutSites,
    "warehouses": PutWarehouses,
    "storage_classes": PutStorageClasses,
    "places": PutPlaces,
    "categories": PutCategories,
    "attributes": PutAttributes,
    "items": PutItems,
    "packs": PutPacks,
    "units": PutUnits,
    "partners": PutPartners,
    "certificates": PutCertificates,
    "supplier_items": PutSupplierItems,
    "calendar": PutCalendar,
}


def declare(kind: type[Put], register: Register) -> None:
    """Declare the command that puts the rows of a register."""
    approvals = ("supplier.approve:approve",) if register.name == "partners" else ()

    @command(kind, permission=register.permission, scope=None, approvals=approvals)
    def put_rows(ctx: Context, who: Who, c: Put) -> Plan:
        if len(c.rows) > MOST_ROWS:
            params = {"count": str(len(c.rows)), "most": str(MOST_ROWS)}
            return Plan(problems=[Problem("governance.rows_many", "rows", params)])
        today = ctx.now.astimezone(UTC).date()
        changed = put(register, c.rows, version=bump(), used=used, today=today)
        return Plan(
            result=_result(changed),
            about=list(dict.fromkeys(one.uri for one in changed)),
            changes=[change_json(register, one) for one in changed],
            four_eyes=register.name == "partners" and any(map(_approves, changed)),
        )


def _result(changed: Sequence[Changed]) -> dict[str, Json]:
    """How many were made and changed, and what they are called."""
    made = sum(one.new for one in changed)
    return {"made": made, "changed": len(changed) - made, "uris": list(dict.fromkeys(one.uri for one in changed))}


def change_json(register: Register, one: Changed) -> dict[str, Json]:
    """A change as the change record keeps it: values as texts, old and new."""
    fields: dict[str, Json] = {
        name: [print_value(old), print_value(new)] for name, (old, new) in sorted(one.fields.items())
    }
    told: dict[str, Json] = {"register": register.name, "uri": one.uri, "key": one.key, "version": one.version}
    return told | {"new": one.new, "fields": fields}


def _approves(one: Changed) -> bool:
    return one.fields.get("status", (None, None))[1] == APPROVED


def needs_signature(register: Intake, draft: Draft) -> bool:
    """Would this row approve a partner, which takes a second person?"""
    if register.name != "partners" or draft.values.get("status") != APPROVED:
        return False
    return draft.before is None or draft.changed("status")


def used(uris: Collection[str]) -> set[str]:
    """Those of these things that the ledger knows goods of: an item by its lots and serials, a place or party by the
    events that name it, a warehouse or site by any event in its logs.
    """
    own_logs = _own_logs()
    logs = {uri: own_logs[uri] for uri in uris if uri in own_logs}
    found = {uri for uri, own in logs.items() if Record.objects.filter(log__in=own, kind="epcis").exists()}
    keys = {key16(uri): uri for uri in uris if uri not in logs}
    for part in chunks(keys):
        goods = Identifier.objects.filter(item__in=part).exclude(id=F("item")).values_list("item", flat=True)
        events = EventItem.objects.filter(identifier__in=part).exclude(role=ABOUT)  # its own change record uses nothing
        named = events.values_list("identifier", flat=True)
        found |= {keys[bytes(key)] for rows in (goods, named) for key in rows.distinct() if key}
    return found


def _own_logs() -> dict[str, list[str]]:
    """A warehouse named as a whole, or a site → its logs.

    Not asked of the snapshot: between taking a version and writing the rows that carry it, nobody may look there.
    """
    found: dict[str, list[str]] = {}
    for code, gln, site in Warehouse.objects.values_list("code", "gln", "site_id"):
        found[gln_uri(gln)] = [code]
        found.setdefault(site_uri(site), []).append(code)
    return found


for _name, _kind in PUTS.items():
    declare(_kind, REGISTERS[_name])
