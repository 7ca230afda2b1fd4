"""Every command of recalls: importing this declares them all, which whoever lists commands relies on."""

from suyuan.recall.answering import RecordAnswer
from suyuan.recall.drafting import Recipient
from suyuan.recall.ending import CancelRecall, CloseDrill, CloseRecall
from suyuan.recall.notices import (
    ApproveNotices,
    DraftNotices,
    DropNotice,
    EscalateNotice,
    MarkNotified,
    RetryNotice,
    ReviseNotice,
)
from suyuan.recall.publishing import PublishNotice, WithdrawNotice
from suyuan.recall.rescoping import NarrowScope, RerunScope, WidenScope
from suyuan.recall.starting import StartDrill, StartRecall

__all__ = [
    "ApproveNotices",
    "CancelRecall",
    "CloseDrill",
    "CloseRecall",
    "DraftNotices",
    "DropNotice",
    "EscalateNotice",
    "MarkNotified",
    "NarrowScope",
    "PublishNotice",
    "Recipient",
    "RecordAnswer",
    "RerunScope",
    "RetryNotice",
    "ReviseNotice",
    "StartDrill",
    "StartRecall",
    "WidenScope",
    "WithdrawNotice",
]
