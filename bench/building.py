"""The works in the catalog, and its events through capture and the sequencer."""

import time
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

from django.core.management import call_command
from django.db import connection

from bench import factory
from bench.engines import Engine
from bench.factory import BINS, CUSTOMERS, SUPPLIERS, WAREHOUSE, Factory, shape
from bench.ledger import code_version, home_of, note_schema
from bench.marks import Marks, end_of
from suyuan.accounts.writes import do_add_site
from suyuan.capture.bodies import CONTEXT
from suyuan.capture.door import capture
from suyuan.capture.guard import governed
from suyuan.catalog.drafts import NewItem, NewPartner, NewPlace
from suyuan.catalog.writes import do_add_category, do_add_items, do_add_partners, do_add_places, do_add_warehouse
from suyuan.epcis.document import read_document, write_document
from suyuan.epcis.events import JsonObject
from suyuan.ledger.models import Kind, Record
from suyuan.ledger.sequencer import sequence_all

BATCH = 1000
LIMIT = 1 << 30  # bytes of one document: the benchmark asks what it costs, not whether it is allowed
SEQUENCED = 20  # batches between two runs of the sequencer


def build(engine: Engine, folder: Path, events: int) -> None:
    """Build the ledger in the database of the settings, that of `home_of(folder)`, or go on where a build ended."""
    plan = shape(events)
    call_command("migrate", interactive=False, verbosity=0)
    note_schema(folder)
    with connection.cursor() as cursor:
        for statement in engine.hurry:
            cursor.execute(statement)
    begun, cpu, done = time.monotonic(), time.process_time(), Record.objects.filter(kind=Kind.EPCIS).count()
    for recorded in fill(Factory(plan), done):
        done += recorded
        print(f"\r  {engine.name}: {done:,} of {events:,} events, {time.monotonic() - begun:.0f} s", end="", flush=True)
    engine.settle(home_of(folder))
    print(f", {time.process_time() - cpu:.0f} s of CPU in this process")
    Marks(events, plan, end_of(plan) + timedelta(hours=1), code_version()).save(folder)


def migrate(engine: Engine, folder: Path) -> None:
    """Bring a ledger that was built before to today's tables, as an installation is."""
    call_command("migrate", interactive=False, verbosity=0)
    engine.settle(home_of(folder))
    note_schema(folder)


def batches(events: Iterable[JsonObject], size: int) -> Iterator[list[JsonObject]]:
    source = iter(events)
    while part := list(islice(source, size)):
        yield part


def document(bodies: Iterable[JsonObject]) -> bytes:
    """An EPCIS document of these events, as a partner would send it."""
    written = [(body, CONTEXT) for body in bodies]
    return b"".join(write_document(written, creation_date=datetime(2026, 1, 1, tzinfo=UTC)))


def fill(works: Factory, done: int = 0) -> Iterator[int]:
    """Names, and the events after the first `done`; tells how many were recorded, batch after batch."""
    if not done:
        with governed():
            add_names()
    now = factory.START
    for number, batch in enumerate(batches(works.all(), BATCH), 1):
        if number * BATCH <= done:  # told again only because the works remembers what it told
            continue
        now = works.at + timedelta(minutes=1)
        recorded = capture(read_document(document(batch), limit=LIMIT).events, now=now).recorded
        if number % SEQUENCED == 0:
            put_in_order(now)
        yield len(recorded)
    put_in_order(now)


def put_in_order(now: datetime) -> None:
    """Leaves for whatever waits."""
    with governed():
        sequence_all(now)


def add_names() -> None:
    """The works, its places, goods and partners."""
    do_add_site(code=factory.SITE, name_zh="", name_en="Works", time_zone="Asia/Shanghai")
    do_add_warehouse(code=WAREHOUSE, name_en="Works", gln=factory.GLN, site=factory.SITE, lot_token="WK")
    do_add_places(warehouse=WAREHOUSE, places=places())
    do_add_category(code="goods", name_zh="", name_en="Goods", lot_template="{site}{date:%y%m%d}{shift}{seq:04}")
    do_add_items(items=items())
    do_add_partners(partners=partners())


def places() -> list[NewPlace]:
    return [
        NewPlace(code=factory.DOCK, kind="dock", purpose="receiving"),
        NewPlace(code=factory.STAGING, kind="dock", purpose="staging"),
        NewPlace(code=factory.LINE, kind="line", purpose="production"),
        *(NewPlace(code=factory.bin_code(number), purpose="storage") for number in range(BINS)),
    ]


def items() -> list[NewItem]:
    return [
        NewItem(
            code=code, name_en=code.title(), category="goods", gtin=gtin,
            base_unit="KGM" if code in (*factory.RAW, "BULK", "TEA") else "EA",
            tracking="lot+serial" if code == factory.SERIAL else "lot",
        )
        for code, gtin in factory.GTINS.items()
    ]  # fmt: skip


def partners() -> list[NewPartner]:
    sellers = [
        NewPartner(code=f"S{n:03d}", name_en=f"Supplier {n}", gln=factory.supplier_gln(n), roles=["supplier"])
        for n in range(SUPPLIERS)
    ]
    buyers = [
        NewPartner(code=f"C{n:03d}", name_en=f"Customer {n}", gln=factory.customer_gln(n), roles=["customer"])
        for n in range(CUSTOMERS)
    ]
    return [*sellers, *buyers]
