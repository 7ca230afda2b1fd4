"""What the driver has signed: how much of each is taken or refused and why, the recipient's name, signature or photo.

Works without JavaScript: then the name is typed and a photo chosen. The form carries its request's id, so that one sent
twice is done once.
"""

import base64
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.http import HttpRequest
from django.utils.translation import gettext as _

from suyuan.catalog.files import keep_bytes
from suyuan.desk.access import Desk
from suyuan.desk.forms import clean
from suyuan.desk.goods import named
from suyuan.desk.naming import Names
from suyuan.desk.receiving import amount_text
from suyuan.desk.receiving_files import Held, attachments, read_files
from suyuan.governance.params import Personal
from suyuan.gs1.problems import Problem, Refused
from suyuan.gs1.quantities import COUNT, Quantity, decimal_text, parse_amount
from suyuan.ledger.keys import key16
from suyuan.operations.attachments import PHOTO, SIGNATURE
from suyuan.operations.lines import Line
from suyuan.operations.outbound.deliver import Deliver, RefusedLine
from suyuan.stock.queries import Stock, stock_in, uris_of
from suyuan.ui.things import Thing

LONGEST_SIGNATURE = 400_000  # characters of the drawing as text
_DRAWN = "data:image/png;base64,"
FIELDS = ("uri", "accepted", "refused", "reason", "weight", "back")  # weights of what is taken and what is not


@dataclass(frozen=True, slots=True)
class Good:
    """A line of the form: goods with how much of them is under way; `single`: a pallet or serial, taken or not;
    `weighed`: part of them is weighed anew, in kilograms."""

    number: int
    thing: Thing
    name: str
    there: Quantity
    single: bool
    weighed: bool = False
    typed: Mapping[str, str] = field(default_factory=dict)

    @property
    def names(self) -> dict[str, str]:
        return {name: f"line-{self.number}-{name}" for name in FIELDS}

    @property
    def accepted(self) -> str:
        return self.typed.get("accepted", decimal_text(self.there.amount))

    @property
    def refused(self) -> str:
        return self.typed.get("refused", "")

    @property
    def as_sent(self) -> bool:
        """Is all of it taken, and none of it refused?"""
        if self.single or self.refused:
            return not self.refused
        try:
            return parse_amount(amount_text(self.accepted) or "") == self.there.amount
        except Refused:
            return False


def goods_of(
    holder: bytes, log: str, customer: str, posted: Mapping[str, str], desk: Desk, *, back: bool = False
) -> list[Good]:
    """What is under way and can be signed for: each lot once, pallets as they are. What was typed is kept. `back`:
    instead, what he did not take, which is his no longer."""
    total: dict[bytes, tuple[Decimal, Stock]] = {}
    for row in stock_in([holder], log):
        if (row.owner == key16(customer)) == back:
            continue
        before = total[row.subject][0] if row.subject in total else Decimal(0)
        total[row.subject] = (before + row.amount, row)
    uris = uris_of(total)
    names = Names(uris.values(), desk.language)
    shown = sorted((uris[key], amount, row) for key, (amount, row) in total.items() if key in uris)
    return [
        Good(
            n, names.thing(uri), names.name(uri), Quantity(amount, row.unit or COUNT), row.instance or row.container,
            bool(row.second_unit) and not row.instance,
            {name: clean(posted.get(f"line-{n}-{name}", "")) for name in FIELDS} if f"line-{n}-uri" in posted else {},
        )
        for n, (uri, amount, row) in enumerate(shown)
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Signing:
    """The form as sent: the command, what is wrong with it, and the files that the form keeps if it comes back."""

    command: Deliver
    problems: Sequence[Problem]
    files: list[Held]


def read_signing(
    request: HttpRequest, desk: Desk, customer: str, desadv: str, log: str, goods: Sequence[Good]
) -> Signing:
    problems: list[Problem] = []
    files = read_files(request, problems, desk.language)
    files += signature_of(request, problems, desk.language)
    signer = clean(request.POST.get("signer", ""))[:200]
    if not signer:
        problems.append(Problem("desk.signer_missing", "signer"))
    if not any(held.kind in (SIGNATURE, PHOTO) for held in files):
        problems.append(Problem("desk.sign_or_photo", "signature"))
    whole = bool(goods) and all(good.as_sent for good in goods)
    accepted = [] if whole else [line for good in goods if (line := accepted_line(good, problems)) is not None]
    refused = [(good, line) for good in goods if (line := refused_line(good, problems)) is not None]
    problems += [
        Problem("operations.reason_missing", good.names["reason"]) for good, line in refused if not line.reason
    ]
    if not accepted and not refused and not whole:
        problems.append(Problem("desk.nothing_signed", "signer"))
    command = Deliver(
        warehouse=log, customer=customer, desadv=desadv, accepted=tuple(accepted),
        refused=tuple(line for _good, line in refused), signer=Personal(signer), attachments=attachments(files),
    )  # fmt: skip
    return Signing(command, problems, files)


def signature_of(request: HttpRequest, problems: list[Problem], language: str) -> list[Held]:
    """What was drawn, kept as a picture; nothing where nothing was drawn."""
    text = request.POST.get("signature", "")
    if not text.startswith(_DRAWN) or len(text) > LONGEST_SIGNATURE:
        return []
    try:
        hash, _kind = keep_bytes(base64.b64decode(text[len(_DRAWN) :], validate=True))
    except (binascii.Error, Refused):
        problems += named([Problem("desk.sign_or_photo", "signature")], language)
        return []
    return [Held(hash, SIGNATURE, "", "")]


def _typed(good: Good, name: str, problems: list[Problem]) -> Decimal | None:
    text = good.typed.get(name, "")
    if not text:
        return None
    try:
        return parse_amount(amount_text(text) or "")
    except Refused as refused:
        problems += [Problem(p.code, good.names[name], p.params) for p in refused.problems]
        return None


def accepted_line(good: Good, problems: list[Problem]) -> Line | None:
    if good.single:
        return None if good.refused else Line(uri=good.thing.uri)
    amount = _typed(good, "accepted", problems)
    return (
        Line(uri=good.thing.uri, quantity=amount, unit=_unit(good), weight=_weight(good, "weight")) if amount else None
    )


def refused_line(good: Good, problems: list[Problem]) -> RefusedLine | None:
    reason = good.typed.get("reason", "")
    if good.single:
        return RefusedLine(uri=good.thing.uri, reason=reason) if good.refused else None
    amount = _typed(good, "refused", problems)
    if not amount:
        return None
    weight = _weight(good, "back")
    return RefusedLine(uri=good.thing.uri, quantity=amount, unit=_unit(good), weight=weight, reason=reason)


def _weight(good: Good, name: str) -> str | None:
    return amount_text(good.typed.get(name, "")) if good.weighed else None


def _unit(good: Good) -> str:
    return good.there.unit


def reasons() -> list[str]:
    """Why goods are usually refused, to choose from; anything else can be typed."""
    return [
        _("Damaged"), _("Packaging open or wet"), _("Too warm"), _("Not ordered"), _("Too short a life"),
        _("Came too late"), _("Wrong goods"),
    ]  # fmt: skip
