"""What stock reads of an event: the goods, the places that are ours, the parties. Plain values, made once from an
event.
"""

from collections.abc import Mapping

from msgspec import Struct, field

from suyuan.ledger.keys import ZERO16, key16

# Holders that are not places. They give and take without limit, so no balance is kept for them; postings name them as
# counterpart.
EXTERNAL = key16("urn:suyuan:holder:external")
MADE = key16("urn:suyuan:holder:made")
CONSUMED = key16("urn:suyuan:holder:consumed")
SCRAP = key16("urn:suyuan:holder:scrap")
SAMPLE = key16("urn:suyuan:holder:sample")
RETIRED = key16("urn:suyuan:holder:retired")
VARIANCE = key16("urn:suyuan:holder:variance")
TRANSFERRED = key16("urn:suyuan:holder:transferred")
UNEXPLAINED = key16("urn:suyuan:holder:unexplained")
HOLDER_NAMES: Mapping[bytes, str] = {
    key16(f"urn:suyuan:holder:{name}"): name
    for name in ("external", "made", "consumed", "scrap", "sample", "retired", "variance", "transferred", "unexplained")
}

OWN = ZERO16  # the company itself, as owner
NO_RECEIPT = ZERO16

PENDING, RELEASED, REJECTED, CONTAINER = "pending", "released", "rejected", "-"

Order = tuple[int, int, int, bytes]  # event time, source sequence, record time (both µs), record id
Amount = tuple[int, int]  # millionths in the first and in the second unit of the subject


class Goods(Struct, frozen=True, gc=False):
    """One identifier of an event: `amount` in millionths of `unit`, None where the event gives no quantity."""

    subject: bytes
    role: str  # epc, parent, child, input, output
    instance: bool  # a serial or a container: there is one of it
    container: bool
    amount: int | None
    unit: str
    item: bytes | None = None
    lot: bytes | None = None
    bulk: bool = False  # a tank or silo: it is drawn from, not used up


class Traits(Struct, frozen=True, gc=False):
    """What an event says of a lot for good: days since 0001-01-01, both inclusive."""

    expiry: int | None = None
    produced: int | None = None


class Fact(Struct, frozen=True, gc=False):
    """An event as stock sees it. `place` and `read` are None where they are not ours; logs are None for parties that
    are not ours.
    """

    log: str
    record: bytes
    order: Order
    type: str
    action: str
    step: str
    disposition: str
    goods: tuple[Goods, ...]
    ours: bool = True
    place: bytes | None = None
    read: bytes | None = None
    origin: bytes | None = None  # the holder that an extension or the source location names
    sender: bytes | None = None
    sender_log: str | None = None
    recipient: bytes | None = None
    recipient_log: str | None = None
    transit: bytes | None = None  # the holder of goods under way, for an event that ships
    ways: frozenset[bytes] = frozenset()  # the transit holders that the despatch advice of a sign-off may mean
    owner: bytes | None = None
    receipt: bytes | None = None
    status: str | None = None
    blocks: tuple[str, ...] = ()
    unblocks: tuple[str, ...] = ()
    block: bytes | None = None  # the one block that is lifted
    pardons: bool = False  # rejected goods are accepted by concession
    day: int = 0  # the event's date in the zone of the site
    traits: Mapping[bytes, Traits] = field(default_factory=dict)

    @property
    def identity_preserving(self) -> bool:
        """Relabel, repack, split, merge: the goods stay what they are (domain.md, Identity)."""
        return self.type == "TransformationEvent" and self.step == "repackaging"

    @property
    def reworks(self) -> bool:
        """Goods that were rejected are made into goods to be inspected anew: what is not free may be used for that."""
        return self.type == "TransformationEvent" and self.step == "repairing"
