"""Who drives: the fleets' accounts, and of the last day's shipments what is booked, under way, in trouble."""

from datetime import timedelta

from suyuan.capture.guard import governed
from suyuan.catalog.register import Row
from suyuan.delivery.kinds import Source, State, Step
from suyuan.delivery.models import Consignment
from suyuan.delivery.port import Told
from suyuan.delivery.registers import PutCarrierAccounts
from suyuan.delivery.sending import work_next
from suyuan.delivery.writes import do_report
from suyuan.demo.company import CARRIERS, Customer
from suyuan.demo.dairy import Dairy
from suyuan.demo.office import Office
from suyuan.demo.staff import ADMIN, CARRIER
from suyuan.demo.timetable import Process
from suyuan.governance.params import Personal
from suyuan.governance.people import ChangeUser
from suyuan.ledger.keys import micros
from suyuan.operations.outbound.book_carrier import BookCarrier

FLEET = CARRIERS[0][0]
LEFT_OPEN = 4  # shipments of each last day that nobody has signed for yet


def hire(office: Office) -> None:
    """The fleets take bookings by telephone; the carrier's account is a driver of the first one."""
    rows = tuple(
        Row({
            "code": code, "name_zh": zh, "name_en": en, "partner": code, "adapter": "manual", "cutoff": "1-7 17:00",
            "services": "cold 冷藏 / chilled\namb 常温 / ambient",
        })
        for code, zh, en in CARRIERS
    )  # fmt: skip
    office.do(PutCarrierAccounts(rows=rows), ADMIN)
    office.do(ChangeUser(user=Personal(CARRIER), kind="carrier", partner=FLEET), ADMIN)


def is_last_day(dairy: Dairy) -> bool:
    return dairy.today == dairy.options.until - timedelta(days=1)


def stays_open(dairy: Dairy, customer: Customer, desadv: str, keeper: str) -> bool:
    """On the last day the first few shipments of each warehouse are booked and still on the road in the evening."""
    turn = f"carried {customer.warehouse}"
    number = dairy.turns.get(turn, 0)
    if not is_last_day(dairy) or number >= LEFT_OPEN:
        return False
    dairy.turns[turn] = number + 1
    if number < LEFT_OPEN - 1:  # the last one waits for somebody to book it
        book = BookCarrier(
            warehouse=customer.warehouse,
            desadv=desadv,
            account=FLEET,
            service="cold",
            parcels=1 + number,
            promised=dairy.options.until,
        )
        dairy.office.do(book, keeper)
    return True


WAYS = (
    ((Step.COLLECTED, "已装车 / loaded"), (Step.OUT_FOR_DELIVERY, "派送中 / on the round")),
    ((Step.COLLECTED, "已装车 / loaded"), (Step.EXCEPTION, "收货口关闭 / the dock was closed")),
    ((Step.COLLECTED, "已装车 / loaded"),),
)


def send_bookings(dairy: Dairy) -> Process:
    """Before noon of the last day the fleet has all bookings."""
    if is_last_day(dairy):
        with governed():
            Consignment.objects.filter(state=State.WAITING).update(due=micros(dairy.office.now))
        while work_next("demo", lambda: dairy.office.now):
            pass
    yield from ()


def tell_ways(dairy: Dairy) -> None:
    """What the fleet says of them. Telling it twice tells it once."""
    for n, row in enumerate(Consignment.objects.order_by("log", "made")):
        way = WAYS[n % len(WAYS)]
        told = [
            Told(at=dairy.office.now - timedelta(hours=6 - 2 * hour), code=step.value, step=step.value, text=text)
            for hour, (step, text) in enumerate(way)
        ]
        with governed():
            do_report(row.pk, told, Source.CALLED, dairy.office.now)
