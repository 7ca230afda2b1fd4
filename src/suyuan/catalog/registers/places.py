"""Places of warehouses: zones, racks, bins, docks, lines, below one another as deep as one likes."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from suyuan.catalog.drafts import LONGEST_PLACE_CODE, code_problems
from suyuan.catalog.fields import Field, Type
from suyuan.catalog.kinds import PlaceKind
from suyuan.catalog.models import Place, Warehouse
from suyuan.catalog.register import Draft, Register, Values
from suyuan.catalog.registers.shared import (
    BASICS,
    IS_ACTIVE,
    LIMITS,
    NAME_EN,
    NAME_ZH,
    PLACE,
    amount,
    fixed,
    new_ones,
    said,
    words,
)
from suyuan.catalog.registers.tables import Column, Raw, Table, flag, metres, text
from suyuan.catalog.registers.tables import amount as scaled_amount
from suyuan.catalog.rules import code_key
from suyuan.gs1.application_identifiers import is_value
from suyuan.gs1.identifiers import gln_uri
from suyuan.gs1.problems import N_, Problem

KINDS = words(
    ("zone", N_("Zone")), ("rack", N_("Rack")), ("bin", N_("Bin")), ("dock", N_("Dock")), ("line", N_("Line")),
)  # fmt: skip
PURPOSES = words(
    ("receiving", N_("Receiving")), ("quarantine", N_("Quarantine")), ("storage", N_("Storage")),
    ("picking", N_("Picking")), ("staging", N_("Staging")), ("returns", N_("Returns")), ("scrap", N_("Scrap")),
    ("sample", N_("Samples")), ("production", N_("Production")),
)  # fmt: skip
TEMPERATURES = words(
    ("ambient", N_("Ambient")), ("cool", N_("Cool")), ("chilled", N_("Chilled")), ("frozen", N_("Frozen")),
)  # fmt: skip
FAR = Decimal(100_000)  # metres


def _metres(name: str, word: str, least: Decimal) -> Field:
    return Field(name, word, Type.DECIMAL, least=least, most=FAR, unit="m", group=PLACE)


FIELDS = (
    Field("warehouse", N_("Warehouse"), Type.REFERENCE, refers="warehouses", needed=True, group=BASICS, listed=True),
    Field("code", N_("Code"), Type.CODE, needed=True, longest=LONGEST_PLACE_CODE, group=BASICS, listed=True),
    NAME_ZH,
    NAME_EN,
    Field("kind", N_("Kind"), Type.CHOICE, choices=KINDS, default="bin", group=BASICS, listed=True),
    Field("parent", N_("Lies in"), Type.REFERENCE, refers="places", longest=LONGEST_PLACE_CODE, group=BASICS,
          listed=True, hint=N_("A place of the same warehouse; empty: the warehouse itself")),
    Field("purpose", N_("Purpose"), Type.CHOICE, choices=PURPOSES, group=BASICS, listed=True),
    Field("temperature_class", N_("Temperature"), Type.CHOICE, choices=TEMPERATURES, group=BASICS, listed=True),
    Field("storage_class", N_("Storage class"), longest=32, group=BASICS),
    Field("gln_extension", N_("GLN extension"), Type.CODE, longest=20, group=BASICS,
          hint=N_("Empty: the code itself")),
    IS_ACTIVE,
    amount("capacity_weight", N_("Bears"), "kg", LIMITS),
    amount("capacity_volume", N_("Room for"), "m³", LIMITS),
    Field("capacity_pallets", N_("Pallets"), Type.WHOLE, least=Decimal(0), most=Decimal(1_000_000), group=LIMITS),
    _metres("x", N_("From the left"), -FAR),
    _metres("y", N_("From the top"), -FAR),
    _metres("width", N_("Width"), Decimal(0)),
    _metres("depth", N_("Depth"), Decimal(0)),
    Field("aisle", N_("Aisle"), longest=20, group=PLACE),
    Field("sequence", N_("Turn on the pick path"), Type.WHOLE, least=Decimal(0), most=Decimal(1_000_000), group=PLACE),
)  # fmt: skip


def _below_the_root(values: dict[str, Raw]) -> dict[str, Raw]:
    """The warehouse as a parent is what no parent means."""
    root = values["parent"] is None or code_key(values["parent"]) == code_key(values["warehouse"])
    return {**values, "parent": "" if root else values["parent"]}


TABLE = Table(
    model=Place,
    columns=(
        Column("warehouse", "warehouse_id"), text("code"), text("name_zh"), text("name_en"), text("kind"),
        Column("parent", path="parent__code"), text("purpose"), text("temperature_class"),
        text("storage_class"), Column("gln_extension", path="gln_extension"), flag("is_active"),
        scaled_amount("capacity_weight"), scaled_amount("capacity_volume"), Column("capacity_pallets"),
        metres("x"), metres("y"), metres("width"),
        metres("depth"), text("aisle"), Column("sequence"),
    ),
    names=("warehouse_id", "key"),
    unique=("warehouse", "key"),
    key=lambda values: f"{code_key(values['warehouse'])}|{code_key(values['code'])}",
    lower=True,
    finish=_below_the_root,
)  # fmt: skip


def tidy(values: Values) -> Values:
    """As it stands: the warehouse as a parent is none, and an extension that is not given is the one there is."""
    values = {name: value for name, value in values.items() if value or name != "gln_extension"}
    if values.get("parent") and code_key(str(values["parent"])) == code_key(str(values.get("warehouse") or "")):
        return {**values, "parent": ""}
    return values


def judge(drafts: Sequence[Draft]) -> list[Problem]:
    glns = dict(Warehouse.objects.values_list("code", "gln"))
    problems = fixed(drafts, "gln_extension", "catalog.extension_fixed")
    problems += [
        Problem("catalog.warehouse_unknown", f"rows[{n}].warehouse", {"warehouse": said(draft, "warehouse")})
        for n, draft in enumerate(drafts)
        if said(draft, "warehouse") and said(draft, "warehouse").lower() not in glns
    ]
    for n, draft in new_ones(drafts):
        problems += code_problems(said(draft, "code"), LONGEST_PLACE_CODE, f"rows[{n}]") if said(draft, "code") else []
        # Extension 0 stands for the place without extension, which is the warehouse itself (TDS 6.3.3).
        extension = extension_of(draft)
        if extension and (extension == "0" or not is_value("254", extension)):
            problems.append(Problem("catalog.extension_bad", f"rows[{n}].gln_extension", {"extension": extension}))
        if code_key(said(draft, "code")) == code_key(said(draft, "warehouse")):
            problems.append(Problem("catalog.code_taken", f"rows[{n}].code", {"code": said(draft, "code")}))
    wanted = {said(draft, "warehouse").lower() for draft in drafts}
    for warehouse in sorted(wanted & glns.keys()):
        own = [(n, draft) for n, draft in enumerate(drafts) if said(draft, "warehouse").lower() == warehouse]
        problems += _tree_problems(warehouse, own)
    return problems


def extension_of(draft: Draft) -> str:
    """The GLN extension, which is the code where nothing else is said."""
    return said(draft, "gln_extension") or code_key(said(draft, "code"))


def _tree_problems(warehouse: str, drafts: Sequence[tuple[int, Draft]]) -> list[Problem]:
    """Parents that are not there, circles, extensions that another place has: in one warehouse, with what stands."""
    rows = list(Place.objects.filter(warehouse_id=warehouse).values_list("key", "parent__key", "gln_extension"))
    root = code_key(warehouse)
    parents = {key: parent or "" for key, parent, _ in rows}
    parents |= {_key(draft): code_key(said(draft, "parent")) or root for _, draft in drafts}
    extensions = {key: extension for key, _, extension in rows if extension}
    extensions |= {_key(draft): extension_of(draft) for _, draft in drafts if draft.before is None}
    holders: dict[str, list[str]] = {}
    for key, extension in extensions.items():
        holders.setdefault(extension, []).append(key)
    problems = []
    circling = circles(parents)
    for n, draft in drafts:
        parent = said(draft, "parent")
        if parent and code_key(parent) not in parents:
            problems.append(Problem("catalog.parent_unknown", f"rows[{n}].parent", {"parent": parent}))
        if _key(draft) in circling:
            problems.append(Problem("catalog.place_inside_itself", f"rows[{n}].parent", {"code": said(draft, "code")}))
        if draft.before is None and len(holders[extension_of(draft)]) > 1:
            params = {"value": extension_of(draft), "code": said(draft, "code")}
            problems.append(Problem("catalog.extension_taken", f"rows[{n}].gln_extension", params))
    return problems


def _key(draft: Draft) -> str:
    return code_key(said(draft, "code"))


def circles(parents: Mapping[str, str]) -> set[str]:
    """The keys whose way up comes back to them. `parents`: key → its parent's; a key that is none ends the way."""
    found: set[str] = set()
    done: set[str] = set()
    for start in parents:
        way: list[str] = []
        seen: set[str] = set()
        at = start
        while at in parents and at not in done and at not in seen:
            seen.add(at)
            way.append(at)
            at = parents[at]
        if at in seen:
            found.update(way[way.index(at) :])
        done |= seen
    return found


def write(drafts: Sequence[Draft], version: int) -> list[str]:
    """Rows first, their parents after: a child may come before its parent."""
    glns = dict(Warehouse.objects.values_list("code", "gln"))

    def also(draft: Draft) -> dict[str, object]:
        extension = extension_of(draft)
        uri = draft.before.uri if draft.before else gln_uri(glns[said(draft, "warehouse").lower()], extension)
        return {"uri": uri, "key": _key(draft), "gln_extension": extension}

    spelled = [
        Draft({**draft.values, "warehouse": said(draft, "warehouse").lower()}, draft.before, draft.given)
        for draft in drafts
    ]
    TABLE.write(spelled, version, also)
    _hang(spelled)
    return [str(also(draft)["uri"]) for draft in spelled]


def _hang(drafts: Sequence[Draft]) -> None:
    moved = [draft for draft in drafts if draft.before is None or draft.changed("parent")]
    for warehouse in {said(draft, "warehouse") for draft in moved}:
        places = {place.key: place for place in Place.objects.filter(warehouse_id=warehouse).only("id", "key")}
        own = [draft for draft in moved if said(draft, "warehouse") == warehouse]
        for draft in own:
            parent = code_key(said(draft, "parent")) or code_key(warehouse)
            places[_key(draft)].parent_id = places[parent].pk
        Place.objects.bulk_update([places[_key(draft)] for draft in own], ["parent"], batch_size=300)


PLACES = Register(
    name="places",
    one=N_("Place"),
    many=N_("Places"),
    fields=FIELDS,
    keys=("warehouse", "code"),
    permission="place.edit",
    standing=TABLE.standing,
    judge=judge,
    write=write,
    rows=lambda: TABLE.rows().exclude(kind=PlaceKind.WAREHOUSE),
    read=TABLE.read,
    columns=TABLE.paths(),
    about="warehouses",
    tidy=tidy,
)
