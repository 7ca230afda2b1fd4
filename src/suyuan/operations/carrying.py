"""What is kept of goods that get another label: split, merged or relabelled, they are the same goods."""

from collections.abc import Mapping, Sequence

from suyuan.capture.who import Who
from suyuan.ledger.keys import key16
from suyuan.operations.lines import Resolved
from suyuan.operations.shortage import amount_of
from suyuan.orders.reservations import Kept, do_break_part, do_carry, kept_of, take_turn
from suyuan.stock.queries import Stock


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
