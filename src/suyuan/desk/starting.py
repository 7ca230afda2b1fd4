"""The way from a spreadsheet to a working warehouse: what is there, what is missing, what to bring next."""

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from suyuan.accounts.models import Role
from suyuan.catalog.models import Item, Partner, Warehouse
from suyuan.catalog.register import Intake
from suyuan.desk.access import Desk, desk_page, page
from suyuan.desk.importing_opening import NAME as OPENING
from suyuan.desk.importing_orders import KINDS, PURCHASES, SALES
from suyuan.desk.importing_work import BRINGS_SOMETHING, KIND, SHEETS, may_bring
from suyuan.desk.office import may_read
from suyuan.desk.people import role_names
from suyuan.desk.registers import REGISTERS
from suyuan.governance.models import ApprovalRequest, Job, RequestState
from suyuan.gs1.problems import N_
from suyuan.ledger.keys import micros
from suyuan.ledger.models import Record
from suyuan.operations.counting.opening import TAKING, OpeningStock
from suyuan.orders.kinds import OrderState
from suyuan.orders.models import Order


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet of a step: what it is, how many rows there are, and what of it is missing, and which roles bring it."""

    register: Intake
    count: int
    missing: str
    needed: bool
    may_bring: bool
    list_url: str
    brought_by: str

    @property
    def word(self) -> str:
        return _(self.register.many)

    @property
    def done(self) -> bool:
        return self.count > 0


@dataclass(frozen=True, slots=True)
class Step:
    """A step: what it is for, and its sheets."""

    title: str
    why: str
    sheets: tuple[Sheet, ...]

    @property
    def done(self) -> bool:
        return all(sheet.done or not sheet.needed for sheet in self.sheets)


STEPS = (
    (N_("Sites and warehouses"), N_("Where you work. Each warehouse has a number of its own, its GLN."),
     ("sites", "warehouses")),
    (N_("Places"), N_("Docks, racks and bins, as they are written on the shelves."), ("places",)),
    (N_("Items"), N_("What you keep, in which unit, how it is packed and how long it lasts."),
     ("categories", "items", "packs", "units")),
    (N_("Partners"), N_("From whom you buy and to whom you sell."), ("partners",)),
    (N_("Opening stock"), N_("What lies in which bin today. From then on everything that moves is recorded."),
     (OPENING,)),
    (N_("Open orders"), N_("What is to come and what is to go: one row for each line of an order."),
     (PURCHASES, SALES)),
)  # fmt: skip
OPTIONAL = frozenset({"categories", "packs", "units", PURCHASES, SALES})


def _warehouses_without_places() -> str:
    bare = [code for code in Warehouse.objects.order_by("code").values_list("code", flat=True) if not _has_places(code)]
    return _("No places yet in: {names}").format(names=", ".join(bare[:8])) if bare else ""


def _has_places(warehouse: str) -> bool:
    return REGISTERS["places"].rows().filter(warehouse_id=warehouse).exists()


def _items_without_shelf_life() -> str:
    count = Item.objects.filter(is_active=True, tracking="lot", shelf_life_days=None).count()
    return _("{count} without a shelf life").format(count=count) if count else ""


def _partners_without_roles() -> str:
    for role, word in (("is_supplier", _("No supplier yet")), ("is_customer", _("No customer yet"))):
        if not Partner.objects.filter(**{role: True}).exists():
            return word
    return ""


MISSING: dict[str, Callable[[], str]] = {
    "places": _warehouses_without_places,
    "items": _items_without_shelf_life,
    "partners": _partners_without_roles,
}


def _count(name: str) -> int:
    """How many rows there are of what a sheet brings."""
    if name in KINDS:
        return Order.objects.filter(kind=KINDS[name].kind, state=OrderState.OPEN).count()
    rows = REGISTERS[name].rows() if name in REGISTERS else Record.objects.filter(biz_step=TAKING)
    return int(rows.count())


def sheet_of(desk: Desk, name: str) -> Sheet:
    register = SHEETS[name]
    count = _count(name)
    missing = waiting(desk) if name == OPENING else MISSING[name]() if name in MISSING and count else ""
    listed = KINDS[name].heads.name if name in KINDS else name
    readable = listed in REGISTERS and may_read(desk.actor, REGISTERS[listed])
    url = reverse("desk:list", args=[listed]) if readable else ""
    needed, mine = name not in OPTIONAL, may_bring(desk.actor, register)
    return Sheet(register, count, missing, needed, mine, url, "" if mine else who_brings(register, desk))


def waiting(desk: Desk) -> str:
    """What of the opening stock somebody else has to sign first."""
    asked = ApprovalRequest.objects.filter(command=OpeningStock.__name__, state=RequestState.WAITING)
    count = asked.filter(expires__gt=micros(desk.now)).count()
    said = ngettext("{count} part waits for a second person", "{count} parts wait for a second person", count)
    return said.format(count=count) if count else ""


def who_brings(register: Intake, desk: Desk) -> str:
    """The roles that bring it in: whom to ask, or which to grant."""
    names = role_names(desk.language)
    may = (role for role in Role.objects.order_by("code") if register.permission in role.permissions)
    return ", ".join(names[role.code] for role in may)


@desk_page(access=BRINGS_SOMETHING)
def starting(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The steps in the order in which one builds on the other, and the reader's imports of late."""
    steps = [Step(_(title), _(why), tuple(sheet_of(desk, name) for name in names)) for title, why, names in STEPS]
    following = next((number for number, step in enumerate(steps, 1) if not step.done), 0)
    jobs = Job.objects.filter(kind=KIND, requested_by=desk.actor.id).order_by("-created")[:5]
    known = [(job, SHEETS.get(str(job.params.get("register")))) for job in jobs]
    lately = [(job, _(register.many)) for job, register in known if register is not None]
    context = {"steps": steps, "following": following, "lately": lately}
    return page(request, desk, "desk/importing/steps.html", context)
