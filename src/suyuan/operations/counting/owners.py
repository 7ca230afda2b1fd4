"""Whose goods are counted or destroyed: an event names one owner, since goods of two are never one balance."""

from collections.abc import Iterable, Mapping, Sequence

from suyuan.capture.who import Who
from suyuan.gs1.problems import Problem
from suyuan.ledger.keys import key16
from suyuan.operations.lines import Resolved, Thing
from suyuan.operations.parties import find_partner, us
from suyuan.stock.facts import OWN
from suyuan.stock.queries import Stock, uris_of
from suyuan.stocktake.rules import owner_of

OURS = "own"  # what one writes to name ourselves


def owner_uri(who: Who, warehouse: str, text: str, field: str, problems: list[Problem]) -> str:
    """The URI of the owner that is named: a partner, or us as ``own`` or by our GLN; empty where nobody is."""
    text = text.strip()
    if not text:
        return ""
    found = find_partner(who.directory, text)
    if found is not None:
        return found.uri
    if text.lower() == OURS or who.warehouse_of_party(text) is not None:
        return us(who, warehouse)
    problems.append(Problem("operations.partner_unknown", field, {"partner": text}))
    return ""


def owner_key(who: Who, uri: str) -> bytes:
    return OWN if who.warehouse_of_party(uri) is not None else key16(uri)


def said_owner(who: Who, warehouse: str, uri: str) -> str:
    """The owner as an event names him, so that it says nothing of goods of others; `uri` is empty for ours."""
    return uri or us(who, warehouse)


def by_owner(
    who: Who, warehouse: str, part: Resolved, stock: Iterable[Stock], holder: bytes | None, named: str
) -> Mapping[str, Resolved]:
    """The goods by the URI of their owner: the one who is `named`, else the only one who has such goods in that holder
    or, failing that, in the warehouse; else us. One statement, where goods of others are among them.
    """
    rows = [row for row in stock if row.ours]
    owners = {thing.field: _owner(who, thing, rows, holder, named) for thing in part.things}
    uris = uris_of({owner for owner in owners.values() if owner != OWN})
    found: dict[str, Resolved] = {}
    for thing in part.things:
        owner = owners[thing.field]
        uri = said_owner(who, warehouse, "" if owner == OWN else uris.get(owner, named))
        found.setdefault(uri, Resolved()).things.append(thing)
    return found


def _owner(who: Who, thing: Thing, rows: Sequence[Stock], holder: bytes | None, named: str) -> bytes:
    its = {key16(uri) for uri in thing.subjects}
    anywhere = {row.owner for row in rows if row.subject in its}
    here = {row.owner for row in rows if row.subject in its and row.holder == holder}
    return owner_of(owner_key(who, named) if named else None, here, anywhere, OWN)
