"""Pick faces as a register: from which place an item is picked, and how much of it is to lie there."""

from collections.abc import Mapping, Sequence

from suyuan.catalog.drafts import LONGEST_PLACE_CODE
from suyuan.catalog.fields import Field, Type
from suyuan.catalog.kinds import Purpose
from suyuan.catalog.models import Item, Place
from suyuan.catalog.queries import chunks
from suyuan.catalog.register import Draft, Register, Values
from suyuan.catalog.registers.shared import BASICS, IS_ACTIVE, LIMITS, SMALLEST, ascending, said
from suyuan.catalog.registers.tables import Column, Table, flag, rows_of, unknown
from suyuan.catalog.registers.tables import amount as scaled_amount
from suyuan.catalog.rules import code_key
from suyuan.gs1.problems import N_, Problem
from suyuan.orders.models import PickFace
from suyuan.orders.planning import ITEM, warehouse_problems


def _limit(name: str, word: str, hint: str) -> Field:
    return Field(name, word, Type.DECIMAL, needed=True, least=SMALLEST, group=LIMITS, listed=True, hint=hint)


FIELDS = (
    Field("warehouse", N_("Warehouse"), Type.REFERENCE, refers="warehouses", needed=True, longest=12, group=BASICS,
          listed=True),
    Field("place", N_("Pick face"), Type.REFERENCE, refers="places", needed=True, longest=LONGEST_PLACE_CODE,
          group=BASICS, listed=True, hint=N_("A place for picking in this warehouse")),
    ITEM,
    _limit("minimum", N_("Fill up below"), N_("In base units of the item")),
    _limit("maximum", N_("Fill up to"), N_("In base units of the item")),
    IS_ACTIVE,
)  # fmt: skip

TABLE = Table(
    model=PickFace,
    columns=(
        Column("warehouse", path="place__warehouse_id"), Column("place", path="place__code"),
        Column("item", path="item__code"), scaled_amount("minimum"), scaled_amount("maximum"), flag("is_active"),
    ),
    names=("place__warehouse_id", "item__key"),
    unique=("place", "item"),
    key=lambda values: "|".join(code_key(values[name]) for name in ("warehouse", "place", "item")),
    uri="place__uri",
    lower=True,
)  # fmt: skip


def tidy(values: Values) -> Values:
    return {**values, "warehouse": str(values["warehouse"]).lower()} if values.get("warehouse") else values


def judge(drafts: Sequence[Draft]) -> list[Problem]:
    """Places that are not there or not for picking, items that are not there, limits the wrong way round."""
    ids, active = rows_of(Item, drafts, "item", ("pk", "is_active"))
    problems = warehouse_problems(drafts) + unknown(drafts, "item", ids, "catalog.item_unknown")
    problems += ascending(drafts, ("minimum", "maximum"), "orders.face_limits")
    places = _places(drafts)
    for n, draft in enumerate(drafts):
        at, shown = f"rows[{n}]", {name: said(draft, name) for name in ("place", "warehouse")}
        found = places.get(_place(draft))
        if found is None and shown["place"]:
            problems.append(Problem("orders.face_elsewhere", f"{at}.place", shown))
        elif found is not None and found[1] != Purpose.PICKING:
            problems.append(Problem("orders.face_not_picking", f"{at}.place", shown))
        fresh = draft.before is None or draft.changed("item")
        if fresh and active.get(code_key(said(draft, "item"))) is False:
            problems.append(Problem("orders.item_closed", f"{at}.item", {"item": said(draft, "item")}))
    return problems


def _place(draft: Draft) -> tuple[str, str]:
    return said(draft, "warehouse").lower(), code_key(said(draft, "place"))


def _places(drafts: Sequence[Draft]) -> Mapping[tuple[str, str], tuple[int, str, str]]:
    """(warehouse, key of a place) → its id, purpose and URI, for those that are named."""
    keys = {_place(draft)[1] for draft in drafts} - {""}
    return {
        (warehouse, key): (id, purpose, uri)
        for part in chunks(keys)
        for warehouse, key, id, purpose, uri in Place.objects.filter(key__in=part).values_list(
            "warehouse_id", "key", "pk", "purpose", "uri"
        )
    }


def write(drafts: Sequence[Draft], version: int) -> list[str]:
    places = _places(drafts)
    (items,) = rows_of(Item, drafts, "item", ("pk",))
    TABLE.write(
        drafts,
        version,
        lambda draft: {"place_id": places[_place(draft)][0], "item_id": items[code_key(said(draft, "item"))]},
    )
    return [places[_place(draft)][2] for draft in drafts]


PICK_FACES = Register(
    name="pick_faces",
    one=N_("Pick face"),
    many=N_("Pick faces"),
    fields=FIELDS,
    keys=("warehouse", "place", "item"),
    permission="move",
    standing=TABLE.standing,
    judge=judge,
    write=write,
    rows=TABLE.rows,
    read=TABLE.read,
    columns=TABLE.paths(),
    tidy=tidy,
)
