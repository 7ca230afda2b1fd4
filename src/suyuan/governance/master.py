"""Commands on names: sites, warehouses, places, items, partners. Their changes stand in the company's log."""

from dataclasses import dataclass

from suyuan.accounts.writes import do_add_site, do_add_team
from suyuan.capture.who import Who
from suyuan.catalog.drafts import NewItem, NewPartner, NewPlace
from suyuan.catalog.rules import DEFAULT_LOT_TEMPLATE
from suyuan.catalog.writes import (
    do_add_category,
    do_add_items,
    do_add_partners,
    do_add_places,
    do_add_warehouse,
)
from suyuan.governance.context import Context
from suyuan.governance.registry import Plan, command
from suyuan.gs1.identifiers import gln_uri


@dataclass(frozen=True, slots=True, kw_only=True)
class AddSite:
    code: str
    name_zh: str = ""
    name_en: str = ""
    time_zone: str


@command(AddSite, permission="user.manage", scope=None)
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


@command(AddWarehouse, permission="user.manage", scope=None)
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


@command(AddPlaces, permission="user.manage", scope=None)
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
