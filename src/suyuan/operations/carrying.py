"""What is kept of goods that get another label: split, merged or relabelled, they are the same goods."""

from collections.abc import Mapping, Sequence

from suyuan.capture.who import Who
from suyuan.ledger.keys import key16
from suyuan.operations.kept import as_lots, key_of
from suyuan.operations.lines import Resolved
from suyuan.operations.shortage import amount_of
from suyuan.orders.reservations import Kept, do_break_part, do_carry, kept_of, take_turn
from suyuan.stock.book import PACKED, PLACE
from suyuan.stock.queries import Stock, content, on_hand


def carried(
    kept: Sequence[Kept], gone: Mapping[bytes, int], here: Mapping[bytes, int], into: Sequence[tuple[str, int]]
) -> list[tuple[Kept, int, str]]:
    """(reservation, how much of it, the new label) for what the old labels no longer cover; "" where the new ones do
    not either. The latest reservations go first. Amounts in millionths; `into`: new label, how much. Pure.
    """
    found, room = list[tuple[Kept, int, str]](), dict(into)
    for key, amount in gone.items():
        of_it = [one for one in kept if one.subject == key]
        lack = sum(one.quantity for one in of_it) - max(here.get(key, 0) - amount, 0)
        for one in sorted(of_it, key=lambda one: -one.id):
            part = min(one.quantity, max(lack, 0))
            lack -= part
            for label, space in room.items():
                if fits := min(part, space):
                    room[label] = space - fits
                    part -= fits
                    found.append((one, fits, label))
            if part:
                found.append((one, part, ""))
    return found


def break_held(warehouse: str, containers: Sequence[str], today: int, why: str) -> int:
    """Goods in these containers are put on hold: what is kept of them beyond what lies elsewhere is so no longer, the
    latest first. How many reservations broke. Two statements, more where something is kept."""
    held: dict[bytes, int] = {}
    for row in content(key16(uri) for uri in containers) if containers else ():
        held[row.subject] = held.get(row.subject, 0) + row.quantity
    kept = kept_of(warehouse, held) if held else []
    if not kept:
        return 0
    rows = [
        row for row in on_hand(today, log=warehouse, subjects={one.uri for one in kept}) if row.kind in (PLACE, PACKED)
    ]
    count = 0
    for lot in as_lots(rows, kept, {}):
        lack = lot.kept - max(lot.free - held.get(key16(lot.uri), 0), 0)
        mine = [one for one in kept if one.uri == lot.uri and one.owner == key_of(lot.owner)]
        for one in sorted(mine, key=lambda one: -one.id):
            part = min(one.quantity, max(lack, 0))
            lack -= part
            if part:
                do_break_part(one, part, why)
                count += 1
    return count


def carry(
    who: Who, warehouse: str, before: Resolved, after: Resolved, stock: Sequence[Stock], owner: bytes, why: str
) -> None:
    """Reservations go with goods that get new labels; under another item they break. Two statements where nothing is
    kept."""
    gone: dict[bytes, int] = {}
    for thing in before.things:
        for uri in thing.subjects:
            gone[key16(uri)] = gone.get(key16(uri), 0) + amount_of(thing)
    take_turn((), warehouse, gone)
    kept = [one for one in kept_of(warehouse, gone) if one.owner == owner]
    if not kept:
        return
    here: dict[bytes, int] = {}
    for row in stock:
        if row.ours and row.owner == owner:
            here[row.subject] = here.get(row.subject, 0) + row.quantity
    items = {who.directory.kept(thing.info.uri) for thing in before.things if thing.info}
    same = [thing for thing in after.things if thing.info and who.directory.kept(thing.info.uri) in items]
    into = [(uri, amount_of(thing)) for thing in same for uri in thing.subjects]
    for one, part, label in carried(kept, gone, here, into):
        if label:
            do_carry(one, part, label)
        else:
            do_break_part(one, part, why)
