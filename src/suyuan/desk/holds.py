"""Why goods may not move: the blocks stacked on them, read from the events that laid them."""

from collections.abc import Mapping
from typing import cast

import msgspec
from django.db import connection

from suyuan.desk.cards import Block
from suyuan.desk.events import people
from suyuan.ledger.bulk import select_in
from suyuan.ledger.keys import moment
from suyuan.stock.book import BLOCKING
from suyuan.stock.queries import About

_LAID = (
    "SELECT r.id, r.event_time, b.body FROM ledger_record r JOIN ledger_body b ON b.log = r.log AND b.id = r.id "
    "WHERE r.id {keys}"
)


class _Said(msgspec.Struct):
    reason: str | None = msgspec.field(default=None, name="suyuan:reason")
    by: str | None = msgspec.field(default=None, name="suyuan:by")


def blocks_of(*known: About) -> tuple[Block, ...]:
    """The blocks on a subject and what stands above it, the oldest first."""
    blocks: Mapping[bytes, str] = {key: word for one in known for key, word in one.blocks.items()}
    if not blocks:
        return ()
    with connection.cursor() as cursor:
        rows = select_in(cursor, _LAID, blocks)
    read = msgspec.json.Decoder(_Said)
    said = {bytes(cast(bytes, key)): (cast(int, at), read.decode(cast(bytes, body))) for key, at, body in rows}
    names = people({one.by for _at, one in said.values() if one.by})
    found = [
        Block(
            BLOCKING.get(blocks[key], "held"), one.reason or "", moment(at), names.get(one.by or "", ""), key.hex()
        )
        for key, (at, one) in sorted(said.items(), key=lambda entry: entry[1][0])
    ]  # fmt: skip
    missing = [Block(BLOCKING.get(word, "held"), "", id=key.hex()) for key, word in blocks.items() if key not in said]
    return (*found, *missing)
