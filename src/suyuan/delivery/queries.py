"""What is asked of accounts and consignments."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet

from suyuan.catalog.rules import code_key
from suyuan.delivery.kinds import State, Step
from suyuan.delivery.models import CarrierAccount, Consignment, Report
from suyuan.delivery.rules import Punctuality, punctuality, read_cutoffs
from suyuan.ledger.keys import micros, moment

WAYS = 50  # of an account's last deliveries, for what the next ones will take


def account_of(code: str) -> CarrierAccount | None:
    return CarrierAccount.objects.select_related("partner").filter(key=code_key(code)).first()


def accounts(partner: str = "") -> QuerySet[CarrierAccount]:
    """Those in use, of a carrier (URI) or of all."""
    found = CarrierAccount.objects.filter(is_active=True).select_related("partner").order_by("code")
    return found.filter(partner__uri=partner) if partner else found


def cutoffs(partner: str = "") -> Mapping[str, Mapping[int, time]]:
    """Carrier (URI; of one or of all) → weekday → until when his goods must be ready: the earliest of his accounts. One
    statement.
    """
    found: dict[str, dict[int, time]] = {}
    for carrier, text in accounts(partner).exclude(cutoff="").values_list("partner__uri", "cutoff"):
        mine = found.setdefault(carrier, {})
        for day, until in read_cutoffs(text).items():
            mine[day] = min(until, mine.get(day, until))
    return found


def told_of(account: CarrierAccount, waybills: Iterable[str], references: Iterable[str]) -> list[Consignment]:
    """The consignments of an account with these numbers. One statement."""
    asked = Q(waybill__in=[one for one in waybills if one]) | Q(reference__in=[one for one in references if one])
    return list(Consignment.objects.filter(asked, account=account))


def of_document(document: str, log: str = "") -> QuerySet[Consignment]:
    """The consignments of a shipment (URI of its despatch advice), latest first."""
    found = Consignment.objects.filter(document=document).select_related("account__partner").order_by("-made")
    return found.filter(log=log) if log else found


def reports_of(consignment: Consignment) -> list[Report]:
    """The latest first, by their own time."""
    return list(Report.objects.filter(consignment=consignment).order_by("-at", "-pk"))


def ways_of(account: CarrierAccount) -> Sequence[timedelta]:
    """How long an account's last deliveries took. One statement."""
    done = Consignment.objects.filter(account=account, step=Step.DELIVERED).exclude(booked=None).exclude(at=None)
    rows = done.order_by("-at").values_list("booked", "at")[:WAYS]
    return [moment(at) - moment(booked) for booked, at in rows if booked is not None and at is not None and at > booked]


def punctuality_of(log: str, since: datetime, zone: ZoneInfo) -> Punctuality:
    """How many of the consignments that arrived since then came by their day. One statement."""
    done = Consignment.objects.filter(log=log, step=Step.DELIVERED, at__gte=micros(since)).exclude(promised=None)
    rows = done.values_list("promised", "at")
    days: list[tuple[date, date]] = [
        (promised, moment(at).astimezone(zone).date()) for promised, at in rows if promised is not None and at
    ]
    return punctuality(days)


def under_way(log: str = "") -> QuerySet[Consignment]:
    """What is booked and has not ended."""
    found = Consignment.objects.filter(state=State.BOOKED).exclude(step__in=(Step.DELIVERED, Step.RETURNED))
    return found.filter(log=log) if log else found
