"""What an event happened to: instances, classes with their quantities, the parent."""

import re
from decimal import Decimal
from typing import cast

from suyuan.epcis.draft import Draft, Reader, a_list, a_text, an_object, no_repeats, nothing_else, required
from suyuan.epcis.events import Item, JsonObject, Role
from suyuan.epcis.values import is_uri
from suyuan.gs1.identifiers import Identity, Kind, identify
from suyuan.gs1.problems import Refused
from suyuan.gs1.quantities import UNITS, parse_amount, unit

_UOM = re.compile(r"[A-Z0-9]{2,3}")
UNIT_CODES = frozenset(code for code in UNITS if _UOM.fullmatch(code))


# --- identifiers ----------------------------------------------------------------------------------------------------

# Keys that nobody here moves goods by. Assets and documents arrive with wrong check digits from systems that never
# look at them (published examples do); such a key is kept as the bare URI it then is.
_UNCHECKED = frozenset({"253", "255", "401", "402", "8003", "8004", "8010", "8011", "8017", "8018"})


def identity_of(text: str) -> Identity:
    """`identify`, but a faulty key of an asset or document is no more than a URI. Refused for every other fault."""
    try:
        return identify(text)
    except Refused as refused:
        if is_uri(text) and all(problem.params.get("ai") in _UNCHECKED for problem in refused.problems):
            return Identity(text, Kind.OTHER, code=text.rstrip("/").rpartition("/")[2])
        raise


def an_identity(draft: Draft, field: str, value: object) -> Identity | None:
    text = a_text(draft, field, value)
    if text is None:
        return None
    try:
        return identity_of(text)
    except Refused as refused:
        draft.refuse_as(field, refused.problems)
        return None


def canonical_uri(draft: Draft, field: str, value: object) -> str | None:
    identity = an_identity(draft, field, value)
    return identity.uri if identity else None


def item_of(found: Identity, role: Role, quantity: Decimal | None, uom: str | None, raw: str, is_class: bool) -> Item:
    return Item(found.uri, found.kind, role, quantity, uom, found.item, found.lot, found.code, raw, is_class)


# --- lists of them --------------------------------------------------------------------------------------------------


def epcs(role: Role, unique: bool) -> Reader:
    def read(draft: Draft, field: str, value: object) -> None:
        texts = a_list(draft, field, value)
        items = draft.items
        start = len(items)
        for n, text in enumerate(cast(list[str], texts)):
            try:
                items.append(item_of(identity_of(text), role, None, None, text, False))
            except Refused as refused:
                draft.refuse_as(f"{field}[{n}]", refused.problems)
            except (AttributeError, TypeError):  # no text; asking each one first would cost more than all the rest
                draft.refuse("epcis.text", f"{field}[{n}]")
        # One thing in two spellings is one thing; the schema refuses only the same text twice, and not in every list.
        distinct = {item.uri: item for item in items[start:]}
        if len(distinct) < len(texts):
            items[start:] = distinct.values()
            if unique:
                no_repeats(draft, field, texts)

    return read


def parent(draft: Draft, field: str, value: object) -> None:
    identity = an_identity(draft, field, value)
    if identity:
        draft.items.append(item_of(identity, Role.PARENT, None, None, str(value), False))


_QUANTITY_FIELDS = frozenset({"epcClass", "quantity", "uom"})


def quantities(role: Role) -> Reader:
    def read(draft: Draft, field: str, value: object) -> None:
        for n, entry in enumerate(a_list(draft, field, value)):
            place = f"{field}[{n}]"
            parts = an_object(draft, place, entry)
            if parts is not None:
                _quantity(draft, place, parts, role)

    return read


def _quantity(draft: Draft, place: str, parts: JsonObject, role: Role) -> None:
    if not parts.keys() <= _QUANTITY_FIELDS:
        nothing_else(draft, place, parts, _QUANTITY_FIELDS)
    identity = required(draft, place, parts, "epcClass", an_identity)
    amount = _amount(draft, f"{place}.quantity", parts["quantity"]) if "quantity" in parts else None
    uom = _uom(draft, f"{place}.uom", parts["uom"]) if "uom" in parts else None
    if identity:
        draft.items.append(item_of(identity, role, amount, uom, str(parts["epcClass"]), True))


def _amount(draft: Draft, field: str, value: object) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        draft.refuse("epcis.number", field)
        return None
    try:
        return parse_amount(value)
    except Refused as refused:
        draft.refuse_as(field, refused.problems)
        return None


def _uom(draft: Draft, field: str, value: object) -> str | None:
    text = a_text(draft, field, value)
    if text is None:
        return None
    try:
        if _UOM.fullmatch(text):
            return unit(text).code
        draft.refuse("epcis.uom", field, value=text[:40])
    except Refused as refused:
        draft.refuse_as(field, refused.problems)
    return None
