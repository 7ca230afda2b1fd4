"""The whole story: master data first, then day after day, many commands in one transaction."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction

from suyuan.capture.guard import governed
from suyuan.demo.carriage import hire, send_bookings, tell_ways
from suyuan.demo.climate import measure
from suyuan.demo.company import (
    BUILDINGS,
    CATEGORIES,
    CENTRE,
    ITEMS,
    LOT_TEMPLATE,
    PLANT,
    TANKS,
    ZONE,
    centre_places,
    partners,
    plant_places,
)
from suyuan.demo.contacts import ask_for_papers, tell_contacts
from suyuan.demo.dairy import Dairy, at, dairy
from suyuan.demo.lab import lay_plans, open_report
from suyuan.demo.making import feed, plan_day, schedule
from suyuan.demo.office import FIRST, Office, Options, told_answers
from suyuan.demo.papers import open_papers
from suyuan.demo.recalls import recalls
from suyuan.demo.recipes import lay_recipes, open_works
from suyuan.demo.staff import ADMIN, BUYER, accounts, teams
from suyuan.demo.stories import Incident, complaint, counting, incident, offline_scan
from suyuan.demo.supply import milk_intake, order_materials
from suyuan.demo.timetable import Process
from suyuan.demo.trade import clear_empties, clear_old, transfer, wave
from suyuan.demo.trucks import half_a_truck, mixed_pallet
from suyuan.demo.waves import lay_aisles, release_orders
from suyuan.governance.master import AddCategory, AddItems, AddPartners, AddPlaces, AddSite, AddWarehouse

COUNT_DAYS = (2, 5)  # of the week, Monday 0
TOGETHER = 250  # steps in one transaction


@dataclass(frozen=True, slots=True)
class Told:
    """What came of it."""

    events: int
    incident: Incident | None


def tell(options: Options, *, resume: bool = False, day_done: Callable[[int], None] = lambda events: None) -> Told:
    """Tell the story of these options; with `resume` what was told before is not told twice.

    `day_done` is called after each day with the number of events so far. Raises Refused where the story does not fit
    what is in the database.
    """
    office = Office(options, at(options.until - timedelta(days=options.days + 1), 9), told_answers() if resume else {})
    company = dairy(options, office)
    with together():
        found_company(office, company)
    for day in range(options.days):
        tell_day(company, options.until - timedelta(days=options.days - day))
        day_done(office.events)
    found = end(company)
    return Told(office.events, found)


@contextmanager
def together() -> Iterator[None]:
    """Many commands in one transaction: a quarter of the time is otherwise spent waiting for the disk."""
    with transaction.atomic(), governed():
        yield


def found_company(office: Office, company: Dairy) -> None:
    """Sites, warehouses, people, places, items, partners."""
    for number, one in enumerate(BUILDINGS):
        office.do(
            AddSite(code=one.site, name_zh=one.site_zh, name_en=one.site_en, time_zone=ZONE),
            request=FIRST if number == 0 else None,
        )
        office.do(
            AddWarehouse(
                code=one.code, name_zh=one.zh, name_en=one.en, gln=one.gln, site=one.site,
                lot_token=one.lot_token, sscc_prefix=one.sscc_prefix,
            )
        )  # fmt: skip
    for account in accounts():
        office.do(account)
    for team in teams(BUILDINGS[0].site):
        office.do(team, ADMIN)
    office.do(AddPlaces(place_of=PLANT, places=tuple(plant_places())), ADMIN)
    office.do(AddPlaces(place_of=CENTRE, places=tuple(centre_places())), ADMIN)
    for code, zh, en in CATEGORIES:
        office.do(AddCategory(code=code, name_zh=zh, name_en=en, lot_template=LOT_TEMPLATE), ADMIN)
    office.do(AddItems(items=ITEMS), ADMIN)
    office.do(AddPartners(partners=tuple(partners(len(company.customers)))), BUYER)
    tell_contacts(company)
    hire(office)
    lay_aisles(office)
    lay_recipes(office)


def tell_day(company: Dairy, day: date) -> None:
    """One day: what is planned in the morning, then everybody's work in the order of its time."""
    company.timetable.now = at(day, 0)
    plan_morning(company)
    steps = company.timetable.steps(at(day + timedelta(days=1), 0))
    going = True
    while going:
        with together():
            going = tell_steps(company.office, steps)


def tell_steps(office: Office, steps: Iterator[datetime]) -> bool:
    """Some steps; False after the last one of the day."""
    for number, moment in enumerate(steps, 1):
        office.wait_until(moment)
        if number == TOGETHER:
            return True
    return False


def plan_morning(company: Dairy) -> None:
    """Who does what today."""
    tank = TANKS[company.number % len(TANKS)]
    lay_plans(company)
    plan = plan_day(company)
    milk_intake(company, plan.litres, tank)
    order_materials(company)
    schedule(company, plan, tank)
    for moment, process in routine(company):
        company.timetable.add(moment, process)


def routine(company: Dairy) -> Sequence[tuple[datetime, Process]]:
    """What happens every day, or on its days of the week."""
    when = company.moment
    work = [
        (when(2, 10), measure(company)),
        (when(4, 30), wave(company, CENTRE)),
        (when(4, 50), wave(company, PLANT)),
        (when(10, 20), mixed_pallet(company)),
        (when(11, 50), send_bookings(company)),
        (when(14, 10), offline_scan(company)),
        (when(15, 10), feed(company)),
        (when(19, 10), clear_old(company, PLANT)),
        (when(19, 25), clear_old(company, CENTRE)),
        (when(17, 20), half_a_truck(company)),
        (when(20, 40), transfer(company)),
        (when(21, 30), clear_empties(company, PLANT)),
        (when(21, 40), clear_empties(company, CENTRE)),
    ]
    if company.today.weekday() in COUNT_DAYS:
        work += [(when(13, 40), counting(company, PLANT)), (when(13, 50), counting(company, CENTRE))]
    return work


def end(company: Dairy) -> Incident | None:
    """What is open on the last evening; and the complaint, which also says that the story is told to its end."""
    company.office.wait_until(at(company.options.until, 0) - timedelta(minutes=30))
    with together():
        open_papers(company)
        release_orders(company)
        open_works(company)
        tell_ways(company)
        open_report(company)
        recalls(company)
        ask_for_papers(company)
    found = incident(company)
    if found is not None:
        company.office.wait_until(at(company.options.until, 0) - timedelta(minutes=5))
        with together():
            complaint(company, found)
    return found
