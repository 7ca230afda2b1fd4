"""What the buttons on the page of a case mean, as commands."""

from collections.abc import Callable, Mapping, Sequence

from django.http import HttpRequest
from django.utils.translation import gettext as _

from suyuan.desk.forms import clean
from suyuan.governance.params import Personal
from suyuan.gs1.problems import N_, Refused
from suyuan.recall.commands import (
    ApproveNotices,
    CancelRecall,
    CloseDrill,
    CloseRecall,
    DraftNotices,
    DropNotice,
    MarkNotified,
    NarrowScope,
    PublishNotice,
    Recipient,
    RecordAnswer,
    RerunScope,
    RetryNotice,
    ReviseNotice,
    WidenScope,
    WithdrawNotice,
)
from suyuan.recall.kinds import Role, Way
from suyuan.recall.models import Case
from suyuan.trace.resolve import resolve
from suyuan.ui.things import uri_of_id

LONGEST = 2000
Deed = Callable[[HttpRequest, Case], object]


def said(request: HttpRequest, name: str) -> str:
    return clean(request.POST.get(name, ""), LONGEST)


def number_of(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def uris_of(request: HttpRequest, name: str) -> tuple[str, ...]:
    """What was ticked, scanned or typed with blanks between; what names nothing, or several things, stays as it is, so
    that it is refused by its text.
    """
    texts = " ".join(request.POST.getlist(name)).split()
    return tuple(dict.fromkeys(uri_of(text) for text in texts))


def uri_of(text: str) -> str:
    """The URI of an address, a barcode or a number that one thing alone bears."""
    try:
        return uri_of_id(text)
    except Refused:
        known = resolve(text)
        return known[0].uri if len(known) == 1 else text


def _rerun(request: HttpRequest, case: Case) -> object:
    return RerunScope(warehouse=case.log, case=case.number)


def _widen(request: HttpRequest, case: Case) -> object:
    uris = uris_of(request, "subject")
    return WidenScope(warehouse=case.log, case=case.number, subjects=uris, reason=said(request, "reason"))


def _narrow(request: HttpRequest, case: Case) -> object:
    return NarrowScope(
        warehouse=case.log, case=case.number, goods=uris_of(request, "goods"), reason=said(request, "reason"),
        version=number_of(said(request, "version")),
    )  # fmt: skip


def _draft(request: HttpRequest, case: Case) -> object:
    """All customers who have none yet; with `to` suppliers those instead, with `to` other somebody by name."""
    to = said(request, "to")
    if to == "other":
        way = said(request, "way") or Way.LETTER.value
        language = "en" if said(request, "language") == "en" else "zh"
        other = Recipient(name=said(request, "name"), way=way, contact=said(request, "contact"), language=language)
        return DraftNotices(warehouse=case.log, case=case.number, roles=(), others=(other,))
    role = Role.SUPPLIER if to == "supplier" else Role.CUSTOMER
    return DraftNotices(warehouse=case.log, case=case.number, roles=(role.value,))


def _approve(request: HttpRequest, case: Case) -> object:
    ids = tuple(number_of(text) for text in request.POST.getlist("notice"))
    return ApproveNotices(warehouse=case.log, case=case.number, notices=ids, digest=said(request, "digest"))


def _notice(request: HttpRequest) -> int:
    return number_of(said(request, "notice"))


def _revise(request: HttpRequest, case: Case) -> object:
    return ReviseNotice(
        warehouse=case.log, case=case.number, notice=_notice(request), way=said(request, "way"),
        contact=Personal(said(request, "contact")), language=said(request, "language"),
        subject=said(request, "subject"), body=clean(request.POST.get("body", ""), 20_000),
    )  # fmt: skip


def _mark(request: HttpRequest, case: Case) -> object:
    return MarkNotified(
        warehouse=case.log, case=case.number, notice=_notice(request), person=Personal(said(request, "person")),
        note=said(request, "note"),
    )  # fmt: skip


def _retry(request: HttpRequest, case: Case) -> object:
    return RetryNotice(warehouse=case.log, case=case.number, notice=_notice(request))


def _drop(request: HttpRequest, case: Case) -> object:
    return DropNotice(warehouse=case.log, case=case.number, notice=_notice(request), reason=said(request, "reason"))


def answer_of(request: HttpRequest, case: Case, files: Sequence[str] = ()) -> object:
    return RecordAnswer(
        warehouse=case.log, case=case.number, party=said(request, "party"), found=said(request, "found"),
        returned=said(request, "returned"), destroyed=said(request, "destroyed"), sold=said(request, "sold"),
        unit=said(request, "unit"), note=said(request, "note"), person=Personal(said(request, "person")),
        files=tuple(dict.fromkeys(files)),
    )  # fmt: skip


def _publish(request: HttpRequest, case: Case) -> object:
    return PublishNotice(
        warehouse=case.log, case=case.number, title_zh=said(request, "title_zh"), text_zh=said(request, "text_zh"),
        title_en=said(request, "title_en"), text_en=said(request, "text_en"),
    )  # fmt: skip


def _withdraw(request: HttpRequest, case: Case) -> object:
    return WithdrawNotice(warehouse=case.log, case=case.number, reason=said(request, "reason"))


def _close(request: HttpRequest, case: Case) -> object:
    return CloseRecall(
        warehouse=case.log, case=case.number, outcome=said(request, "outcome"), open_why=said(request, "open_why"),
        good=uris_of(request, "good"), version=number_of(said(request, "version")),
    )  # fmt: skip


def _cancel(request: HttpRequest, case: Case) -> object:
    return CancelRecall(warehouse=case.log, case=case.number, reason=said(request, "reason"))


def _close_drill(request: HttpRequest, case: Case) -> object:
    return CloseDrill(warehouse=case.log, case=case.number, outcome=said(request, "outcome"))


DEEDS: Mapping[str, Deed] = {
    "rerun": _rerun, "widen": _widen, "narrow": _narrow, "draft": _draft, "approve": _approve, "revise": _revise,
    "mark": _mark, "retry": _retry, "drop": _drop, "answer": answer_of, "publish": _publish, "withdraw": _withdraw,
    "close": _close, "cancel": _cancel, "close_drill": _close_drill,
}  # fmt: skip
ASKED = frozenset({"narrow", "approve", "publish", "close", "cancel"})  # these wait for a second person
DONE: Mapping[str, str] = {
    "rerun": N_("Looked again."),
    "widen": N_("Added, and what is new is on hold."),
    "draft": N_("The notices are written. Read them, then have them approved."),
    "revise": N_("Changed."),
    "mark": N_("Noted that they were told."),
    "retry": N_("It is sent again."),
    "drop": N_("It will not be sent."),
    "answer": N_("The answer is recorded."),
    "withdraw": N_("Consumers no longer see it."),
    "close_drill": N_("The drill is over."),
}


def done_word(do: str) -> str:
    return _(DONE.get(do, ""))
