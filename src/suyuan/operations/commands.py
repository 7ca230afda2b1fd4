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
from suyuan.operations.inbound.correct_receipt import CorrectReceipt
from suyuan.operations.inbound.receive import ReceiptLine, Receive
from suyuan.operations.inbound.receive_transfer import ReceiveTransfer
from suyuan.operations.lines import Line
from suyuan.operations.mending import RightLine
from suyuan.operations.outbound.book_carrier import BookCarrier
from suyuan.operations.outbound.correct_shipment import CorrectShipment
from suyuan.operations.outbound.deliver import Deliver, RefusedLine
from suyuan.operations.outbound.load import BeginLoad, CancelLoad, CloseLoad, ScanLoad, TakeOffLoad
from suyuan.operations.outbound.pick import Pick
from suyuan.operations.outbound.pick_back import PutBack
from suyuan.operations.outbound.pick_short import ShortPick
from suyuan.operations.outbound.pick_task import PickTask
from suyuan.operations.outbound.pick_tour import LeaveTour, SetTote, TakeTour
from suyuan.operations.outbound.pick_wave import CancelWave, MakeWave, RushOrder
from suyuan.operations.outbound.reserve import ReleaseReservation, Reserve
from suyuan.operations.outbound.ship import Ship
from suyuan.operations.outbound.swap import SwapReservation
from suyuan.operations.outbound.take_over import TakeOver
from suyuan.operations.outbound.transfer import Transfer
from suyuan.operations.outbound.void import VoidShipment
from suyuan.operations.production.assemble import Assemble
from suyuan.operations.production.drain_tank import DrainTank, GaugeTank
from suyuan.operations.production.fill_tank import FillTank
from suyuan.operations.production.issue_material import IssueMaterial
from suyuan.operations.production.plan_material import PlanMaterial
from suyuan.operations.production.produce import Output, Produce
from suyuan.operations.production.replace_part import ReplacePart
from suyuan.operations.production.return_material import ReturnMaterial
from suyuan.operations.production.scrap_material import ScrapMaterial
from suyuan.operations.production.take_apart import TakeApart
from suyuan.operations.quality.confirm_return import ConfirmReturn
from suyuan.operations.quality.hold import Hold
from suyuan.operations.quality.inspect import Inspect, Verdict
from suyuan.operations.quality.release import Release
from suyuan.operations.quality.return_to_supplier import ReturnToSupplier
from suyuan.operations.quality.revise import ReviseInspection
from suyuan.operations.quality.rework import Rework, Reworked
from suyuan.operations.quality.sample import Sample
from suyuan.operations.returns.receive_return import ReceiveReturn, ReturnedLine, Stranger
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
    "Assemble",
    "AssignCount",
    "Attachment",
    "BeginLoad",
    "BindTags",
    "BookCarrier",
    "CancelCount",
    "CancelLoad",
    "CancelWave",
    "Clean",
    "CloseBin",
    "CloseLoad",
    "ConfirmReturn",
    "Correct",
    "CorrectReceipt",
    "CorrectShipment",
    "Count",
    "CountEntry",
    "Deliver",
    "Destroy",
    "DrainTank",
    "FillTank",
    "FinishCount",
    "GaugeTank",
    "Hold",
    "Inspect",
    "IssueMaterial",
    "JudgeCount",
    "Judged",
    "KeepCount",
    "LeaveTour",
    "Line",
    "MakeCount",
    "MakeWave",
    "Merge",
    "Move",
    "OpeningLine",
    "OpeningStock",
    "Output",
    "Pack",
    "Part",
    "Pick",
    "PickTask",
    "PlanMaterial",
    "PostCount",
    "Produce",
    "PutAway",
    "PutBack",
    "ReceiptLine",
    "Receive",
    "ReceiveReturn",
    "ReceiveTransfer",
    "RefusedLine",
    "Relabel",
    "Release",
    "ReleaseReservation",
    "ReplaceLabel",
    "ReplacePart",
    "Reserve",
    "Retire",
    "ReturnMaterial",
    "ReturnToSupplier",
    "ReturnedLine",
    "ReviseInspection",
    "Rework",
    "Reworked",
    "RightLine",
    "RushOrder",
    "Sample",
    "ScanLoad",
    "ScrapMaterial",
    "SetTote",
    "Ship",
    "ShortPick",
    "Split",
    "Stranger",
    "StrikeCount",
    "SwapReservation",
    "Tagged",
    "TakeApart",
    "TakeOffLoad",
    "TakeOver",
    "TakeTour",
    "Transfer",
    "Unpack",
    "Verdict",
    "VoidShipment",
]
