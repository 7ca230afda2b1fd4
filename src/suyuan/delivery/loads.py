"""Loads: asked and written. The writers run inside a command that has locked the load; each trusts what it is given."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from suyuan.delivery.kinds import LoadState
from suyuan.delivery.models import Load, LoadRow
from suyuan.ledger.keys import micros


def load_of(log: str, id: UUID, *, lock: bool = False) -> Load | None:
    """A load of a warehouse. `lock`: whoever scans onto it waits until this transaction ends."""
    rows = Load.objects.filter(log=log, pk=id)
    return (rows.select_for_update() if lock else rows).first()


def rows_of(load: Load) -> list[LoadRow]:
    return list(LoadRow.objects.filter(load=load).order_by("-whole", "uri", "holder"))


def open_load(log: str, order: str) -> Load | None:
    """The load of an order (URI) that has not left."""
    return Load.objects.filter(log=log, order=order, state__in=(LoadState.OPEN, LoadState.CLOSED)).first()


def loads_in(log: str, most: int) -> list[Load]:
    """Those that are being loaded first, then the latest."""
    rows = list(Load.objects.filter(log=log).order_by("-made")[:most])
    return sorted(rows, key=lambda one: one.state not in (LoadState.OPEN, LoadState.CLOSED))


def do_make_load(load: Load, rows: Sequence[LoadRow]) -> None:
    load.save(force_insert=True)
    for row in rows:
        row.load = load
    LoadRow.objects.bulk_create(rows)


def do_load(row: LoadRow, loaded: int, person: str, now: datetime) -> None:
    """So much of it is on the truck now; a load that was closed is open again."""
    LoadRow.objects.filter(pk=row.pk).update(loaded=loaded, person=person, at=micros(now))
    Load.objects.filter(pk=row.load_id, state=LoadState.CLOSED).update(state=LoadState.OPEN)


def do_close_load(load: Load, *, vehicle: str, seal: str, logger: str, request: UUID, now: datetime) -> None:
    Load.objects.filter(pk=load.pk).update(
        state=LoadState.CLOSED, vehicle=vehicle[:40], seal=seal[:40], logger=logger[:80], closed=micros(now),
        closed_request=str(request),
    )  # fmt: skip


def do_end_load(load: Load, state: LoadState, document: str = "") -> None:
    Load.objects.filter(pk=load.pk).update(state=state, document=document)
