"""Every command of the operations: importing this declares them all, which whoever lists commands relies on."""

from suyuan.operations.inbound.receive import ReceiptLine, Receive
from suyuan.operations.outbound.ship import Ship
from suyuan.operations.production.produce import Output, Produce
from suyuan.operations.quality.inspect import Inspect, Verdict

__all__ = [
    "Inspect",
    "Output",
    "Produce",
    "ReceiptLine",
    "Receive",
    "Ship",
    "Verdict",
]
