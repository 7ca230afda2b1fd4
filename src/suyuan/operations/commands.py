"""Every command of the operations: importing this declares them all, which whoever lists commands relies on."""

from suyuan.operations.attachments import Attachment
from suyuan.operations.counting.assign_count import AssignCount
from suyuan.operations.counting.cancel_count import CancelCount
from suyuan.operations.counting.close_bin import CloseBin
from suyuan.operations.counting.correct import Correct
from suyuan.operations.counting.count import Count
from suyuan.operations.counting.destroy import Destroy
from suyuan.operations.counting.finish_count import FinishCount
from suyuan.operations.counting.judge_count import JudgeCount, Judged
from suyuan.operations.counting.keep_count import CountEntry, KeepCount
from suyuan.operations.counting.make_count import MakeCount
from suyuan.operations.counting.opening import OpeningLine, OpeningStock
from suyuan.operations.counting.post_count import PostCount
from suyuan.operations.counting.strike_count import StrikeCount
from suyuan.operations.inbound.correct_receipt import CorrectReceipt, RightLine
from suyuan.operations.inbound.receive import ReceiptLine, Receive
from suyuan.operations.inbound.receive_transfer import ReceiveTransfer
from suyuan.operations.lines import Line
from suyuan.operations.outbound.book_carrier import BookCarrier
from suyuan.operations.outbound.deliver import Deliver
from suyuan.operations.outbound.pick import Pick
from suyuan.operations.outbound.reserve import ReleaseReservation, Reserve
from suyuan.operations.outbound.ship import Ship
from suyuan.operations.outbound.swap import SwapReservation
from suyuan.operations.outbound.take_over import TakeOver
from suyuan.operations.outbound.transfer import Transfer
from suyuan.operations.outbound.void import VoidShipment
from suyuan.operations.production.produce import Output, Produce
from suyuan.operations.quality.confirm_return import ConfirmReturn
from suyuan.operations.quality.hold import Hold
from suyuan.operations.quality.inspect import Inspect, Verdict
from suyuan.operations.quality.release import Release
from suyuan.operations.quality.return_to_supplier import ReturnToSupplier
from suyuan.operations.quality.revise import ReviseInspection
from suyuan.operations.quality.rework import Rework, Reworked
from suyuan.operations.quality.sample import Sample
from suyuan.operations.returns.receive_return import ReceiveReturn
from suyuan.operations.storage.clean import Clean
from suyuan.operations.storage.merge import Merge
from suyuan.operations.storage.move import Move
from suyuan.operations.storage.pack import Pack
from suyuan.operations.storage.put_away import PutAway
from suyuan.operations.storage.relabel import Relabel
from suyuan.operations.storage.retag import BindTags, ReplaceLabel, Tagged
from suyuan.operations.storage.retire import Retire
from suyuan.operations.storage.split import Part, Split
from suyuan.operations.storage.unpack import Unpack

__all__ = [
    "AssignCount",
    "Attachment",
    "BindTags",
    "BookCarrier",
    "CancelCount",
    "Clean",
    "CloseBin",
    "ConfirmReturn",
    "Correct",
    "CorrectReceipt",
    "Count",
    "CountEntry",
    "Deliver",
    "Destroy",
    "FinishCount",
    "Hold",
    "Inspect",
    "JudgeCount",
    "Judged",
    "KeepCount",
    "Line",
    "MakeCount",
    "Merge",
    "Move",
    "OpeningLine",
    "OpeningStock",
    "Output",
    "Pack",
    "Part",
    "Pick",
    "PostCount",
    "Produce",
    "PutAway",
    "ReceiptLine",
    "Receive",
    "ReceiveReturn",
    "ReceiveTransfer",
    "Relabel",
    "Release",
    "ReleaseReservation",
    "ReplaceLabel",
    "Reserve",
    "Retire",
    "ReturnToSupplier",
    "ReviseInspection",
    "Rework",
    "Reworked",
    "RightLine",
    "Sample",
    "Ship",
    "Split",
    "StrikeCount",
    "SwapReservation",
    "Tagged",
    "TakeOver",
    "Transfer",
    "Unpack",
    "Verdict",
    "VoidShipment",
]
