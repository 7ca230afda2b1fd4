"""Two shifts of production: milk out of the tank, with what goes into it, becomes lots; these are tested and freed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from math import ceil, floor

from suyuan.catalog.fields import Value
from suyuan.catalog.register import Row
from suyuan.demo.carriage import FLEET
from suyuan.demo.company import (
    BOTTLE,
    BUTTER,
    CARTON,
    CASE,
    CENTRE,
    COLD_BINS,
    CREAM,
    CULTURE,
    CUP,
    FEED,
    FINISHED,
    FOIL,
    FRUIT,
    FRUITY,
    MILK,
    PLANT,
    RAW,
    SKIM,
    SUGAR,
    WHEY,
    YOGHURT,
    tank_uri,
)
from suyuan.demo.dairy import Dairy, Sold, demand, pallet_of
from suyuan.demo.lab import close, decide, judge
from suyuan.demo.shelves import Batch
from suyuan.demo.staff import CARRIER, INSPECTOR, KEEPER, MAKER, QUALITY
from suyuan.demo.timetable import Process
from suyuan.operations.commands import (
    Clean,
    Deliver,
    Destroy,
    Hold,
    Inspect,
    Line,
    Move,
    Output,
    Pack,
    Produce,
    Relabel,
    Release,
    Rework,
    Reworked,
    Sample,
    Ship,
    Verdict,
)
from suyuan.production.commands import CloseWork, PutWorkOrders

FRUITY_DAYS, BUTTER_DAYS, FEED_DAYS = (0, 2, 4), (1, 4), (1, 3, 5)  # of the week, Monday 0
SAMPLES = 4
LATE_MILK, LATE_YOGHURT = 0.45, 0.3  # of the day's pieces, in shift B
LOT_FAILS = 0.006
ORDERED_DAYS = 3  # the last ones, whose runs have a work order with its bill
# Skimmed milk goes in for raw milk, and a tank gives what is left in it.
USUAL = frozenset({"production.component_missing", "production.not_in_bom_in", "production.over_consumed"})


@dataclass(frozen=True, slots=True)
class Recipe:
    """What one piece takes: litres of milk (skimmed first where it may be), materials; what else comes of it."""

    line: int
    milk: float
    uses: Mapping[str, float]
    skimmed: bool = False
    by_products: Mapping[str, float] = field(default_factory=dict)


RECIPES = {
    MILK: Recipe(1, 0.96, {BOTTLE: 1.004, CARTON: 1 / CASE}),
    YOGHURT: Recipe(
        2, 0.30, {CULTURE: 0.002, CUP: 1.01, FOIL: 0.06, CARTON: 1 / CASE}, skimmed=True, by_products={WHEY: 0.14}
    ),
    FRUITY: Recipe(
        3, 0.105, {FRUIT: 0.02, SUGAR: 0.008, CULTURE: 0.001, CUP: 1.01, FOIL: 0.06, CARTON: 1 / CASE}, skimmed=True
    ),
    CREAM: Recipe(4, 2.0, {CUP: 1.01, FOIL: 0.06, CARTON: 1 / CASE}, by_products={SKIM: 1.75}),
    BUTTER: Recipe(4, 4.2, {FOIL: 0.1, CARTON: 1 / CASE}, by_products={SKIM: 3.9}),
}
# Days of demand that are wanted in stock when a run is over.
COVER = {MILK: 2.1, YOGHURT: 4.5, FRUITY: 5.5, CREAM: 8.0, BUTTER: 16.0}


def daily_use(dairy: Dairy) -> dict[str, float]:
    """What an average day takes of each material."""
    use: dict[str, float] = {}
    for item, pieces in wanted_a_day(dairy).items():
        for material, amount in RECIPES[item].uses.items():
            use[material] = use.get(material, 0) + pieces * amount
    return use


def wanted_a_day(dairy: Dairy) -> dict[str, float]:
    plant, centre = demand(dairy.customers, PLANT), demand(dairy.customers, CENTRE)
    return {item: plant[item] + centre[item] for item in FINISHED}


@dataclass(frozen=True, slots=True)
class DayPlan:
    """Pieces of each product, and the litres of milk that takes."""

    pieces: Mapping[str, int]
    litres: int


def plan_day(dairy: Dairy) -> DayPlan:
    """Make what was sold, and a little more or less to come to the stock that is wanted."""
    weekday, wanted = dairy.today.weekday(), wanted_a_day(dairy)
    pieces: dict[str, int] = {}
    for item, a_day in wanted.items():
        runs_today = item in (MILK, YOGHURT) or weekday in (BUTTER_DAYS if item == BUTTER else FRUITY_DAYS)
        missing = COVER[item] * a_day - sum(shelves.total(item, bound=True) for shelves in dairy.stock.values())
        apart = {MILK: 1.0, YOGHURT: 1.0, BUTTER: 3.5}.get(item, 2.33)
        least, most = 0.4 * a_day * apart, 1.7 * a_day * apart
        pieces[item] = cases(min(max(missing, least), most)) if runs_today else 0
    return DayPlan(pieces, ceil(sum(litres(item, pieces[item]) for item in FINISHED) - skimmed(pieces)))


def litres(item: str, pieces: float) -> float:
    """Milk for so many pieces."""
    return pieces * RECIPES[item].milk


def skimmed(pieces: Mapping[str, int]) -> float:
    """Litres of the day's milk that are skimmed first: the cream's for fruit yoghurt, the butter's for the last run."""
    cream, butter = (pieces[item] * RECIPES[item].by_products[SKIM] for item in (CREAM, BUTTER))
    return min(cream, litres(FRUITY, pieces[FRUITY])) + min(butter, litres(YOGHURT, pieces[YOGHURT] * LATE_YOGHURT))


def cases(pieces: float) -> int:
    return floor(pieces / CASE) * CASE


def schedule(dairy: Dairy, plan: DayPlan, tank: str) -> None:
    """The day's runs, shift A from eight, shift B from four; the last one takes what is left in the tank."""
    early, late = 1 - LATE_MILK, LATE_MILK
    runs = (
        (8, 20, MILK, early), (9, 30, CREAM, 1.0), (10, 40, YOGHURT, 1 - LATE_YOGHURT), (12, 30, FRUITY, 1.0),
        (16, 20, MILK, late), (17, 10, BUTTER, 1.0), (18, 20, YOGHURT, LATE_YOGHURT),
    )  # fmt: skip
    for hour, minute, item, share in runs:
        for line in range(dairy.lines):
            pieces = cases(plan.pieces[item] * share / dairy.lines)
            last = (hour, item, line) == (18, YOGHURT, dairy.lines - 1)
            if pieces or last:
                dairy.timetable.add(dairy.moment(hour, minute + line % 9), run(dairy, item, pieces, tank, last=last))
    dairy.timetable.add(dairy.moment(22, 40), cleaning(dairy, tank))


def run(dairy: Dairy, item: str, pieces: int, tank: str, *, last: bool = False) -> Process:
    """One making: inputs, a lot, samples, pallets, and in time the verdict."""
    recipe = RECIPES[item]
    left = dairy.tanks[tank].there(RAW) if last else 0
    pieces = min(max(pieces, cases(left / recipe.milk)), possible(dairy, recipe, tank))
    if pieces < CASE:
        return
    milk = ceil(pieces * recipe.milk)
    inputs = ingredients(dairy, recipe, pieces, max(left, milk), left, tank)
    others = tuple(
        Output(item=by, quantity=ceil(pieces * rate), by_product=True) for by, rate in recipe.by_products.items()
    )
    number = f"MO-{dairy.today:%y%m%d}-{item[3:]}-{dairy.timetable.now:%H%M}"
    ordered(dairy, number, item, pieces)
    answer = dairy.office.do(
        Produce(
            warehouse=PLANT, inputs=inputs, outputs=(Output(item=item, quantity=pieces), *others),
            place=f"LINE-{recipe.line}", line=str(recipe.line), prodorder=number, accept=USUAL,
        ),
        MAKER,
    )  # fmt: skip
    if dairy.left <= ORDERED_DAYS:
        dairy.office.do(CloseWork(warehouse=PLANT, number=number), MAKER)
    made, *rest = answer.value["lots"]
    lot, expiry = str(made["lot"]), date.fromisoformat(made["expiry"])
    dairy.lots[lot] = Sold(item, dairy.today, tuple((line.item, line.lot) for line in inputs if line.lot))
    for other in rest:
        yield 4
        by_product(dairy, str(other["item"]), str(other["lot"]), int(other["quantity"]), recipe.line, others)
    yield 20
    sampled = (Line(item=item, lot=lot, quantity=SAMPLES, place=f"LINE-{recipe.line}"),)
    dairy.office.do(Sample(warehouse=PLANT, lines=sampled, testprd=f"SMP-{lot}"), INSPECTOR)
    yield 15
    batches = store(dairy, item, lot, pieces - SAMPLES, expiry, f"LINE-{recipe.line}")
    yield 150 if item == MILK else 11 * 60
    yield from verdict(dairy, item, lot, batches)


def ordered(dairy: Dairy, number: str, item: str, pieces: int) -> None:
    """A work order for a run; before the last days its number is all that is left of it."""
    if dairy.left > ORDERED_DAYS:
        return
    told: dict[str, Value] = {"number": number, "item": item, "quantity": Decimal(pieces), "warehouse": PLANT}
    row = Row({**told, "due": dairy.today, "line": f"LINE-{RECIPES[item].line}"})
    dairy.office.do(PutWorkOrders(rows=(row,)), MAKER)


def by_product(dairy: Dairy, uri: str, lot: str, amount: int, line: int, outputs: tuple[Output, ...]) -> None:
    """Whey and skimmed milk are tested at once: they do not keep."""
    item = outputs[0].item
    passed = (Verdict(item=item, lot=lot, verdict="pass"),)
    dairy.office.do(Inspect(warehouse=PLANT, lines=passed, testres=f"QC-{lot}"), INSPECTOR)
    dairy.materials.put(Batch(item, lot, amount, f"LINE-{line}", free=True))


def _milk(dairy: Dairy, recipe: Recipe, tank: str) -> int:
    """Litres that a recipe may draw on."""
    return dairy.tanks[tank].there(RAW) + (dairy.materials.there(SKIM) if recipe.skimmed else 0)


def possible(dairy: Dairy, recipe: Recipe, tank: str) -> int:
    """The most pieces that milk and materials are there for."""
    most = [_milk(dairy, recipe, tank) / recipe.milk]
    most += [dairy.materials.there(item) / rate - 1 for item, rate in recipe.uses.items()]
    return cases(min(most))


def ingredients(dairy: Dairy, recipe: Recipe, pieces: int, milk: int, raw: int, tank: str) -> tuple[Line, ...]:
    """Take what a making needs, at least so much of it `raw` milk; the tank stands among the inputs, since what is in
    it has run together."""
    parts = [
        part for item, rate in recipe.uses.items() for part in dairy.materials.take(item, max(1, ceil(pieces * rate)))
    ]
    if recipe.skimmed:
        skim = dairy.materials.take(SKIM, milk - raw)
        milk -= sum(part.amount for part in skim)
        parts += skim
    uri = tank_uri(tank)
    drawn = dairy.tanks[tank].take(RAW, milk)
    lines = [Line(item=part.item, lot=part.lot, quantity=part.amount) for part in parts]
    lines += [Line(item=RAW, lot=part.lot, quantity=part.amount, inside=uri) for part in drawn]
    return (*lines, Line(container=uri, inside=uri)) if drawn else tuple(lines)


def store(dairy: Dairy, item: str, lot: str, pieces: int, expiry: date, line: str) -> list[Batch]:
    """Pallets for the distribution centre as far as it needs them, the rest into a bin of the cold store."""
    office, batches = dairy.office, []
    target = dairy.turn("cold", COLD_BINS)
    size = pallet_of(item)
    for _ in range(pallets(dairy, item, pieces)):
        goods = (Line(item=item, lot=lot, quantity=size, place=line),)
        sscc = str(office.do(Pack(warehouse=PLANT, lines=goods, place=line), KEEPER).value["container"])
        batches.append(Batch(item, lot, size, target, sscc, expiry, bound=CENTRE))
        pieces -= size
    if batches:
        moved = tuple(Line(container=batch.inside, place=line) for batch in batches)
        office.do(Move(warehouse=PLANT, lines=moved, to=target), KEEPER)
    if pieces:
        goods = (Line(item=item, lot=lot, quantity=pieces, place=line),)
        office.do(Move(warehouse=PLANT, lines=goods, to=target), KEEPER)
        batches.append(Batch(item, lot, pieces, target, expiry=expiry))
    for batch in batches:
        dairy.stock[PLANT].put(batch)
    return batches


def pallets(dairy: Dairy, item: str, pieces: int) -> int:
    """How many pallets of a lot go to the distribution centre, so that both warehouses last equally long."""
    plant, centre = demand(dairy.customers, PLANT)[item], demand(dairy.customers, CENTRE)[item]
    bound = sum(batch.amount for batch in dairy.stock[PLANT].of(item) if batch.bound)
    missing = COVER[item] * centre - dairy.stock[CENTRE].total(item) - bound
    here = COVER[item] * plant - dairy.stock[PLANT].total(item)
    share = max(missing, 0) / (max(missing, 0) + max(here, 1))
    return min(round(pieces * share / pallet_of(item)), pieces // pallet_of(item))


# -- the verdict ------------------------------------------------------------------------------------------------------


def verdict(dairy: Dairy, item: str, lot: str, batches: list[Batch]) -> Process:
    """What the laboratory says of a finished lot; most pass."""
    if item == BUTTER and dairy.once("rework", 0.35):
        yield from rework(dairy, lot, batches)
    elif (item != MILK and dairy.once("destroyed", 0.25)) or (item != FRUITY and dairy.happens(LOT_FAILS)):
        yield from destruction(dairy, item, lot, batches)
    elif item == CREAM and (dairy.once("held", 0.15) or dairy.once("held again", 0.6)):
        yield from retest(dairy, item, lot, batches)
    else:
        free(dairy, item, lot, batches)
        if item == MILK and not any(batch.bound for batch in batches) and dairy.once("relabelled", 0.45):
            yield 20
            relabelled(dairy, item, lot, batches)


def free(dairy: Dairy, item: str, lot: str, batches: list[Batch]) -> None:
    passed = (Verdict(item=item, lot=lot, verdict="pass"),)
    dairy.office.do(Inspect(warehouse=PLANT, lines=passed, testres=f"QC-{lot}", cert=f"COA-{lot}"), INSPECTOR)
    for batch in batches:
        batch.free = True


def destruction(dairy: Dairy, item: str, lot: str, batches: list[Batch]) -> Process:
    """A lot that may not be eaten."""
    reason = "菌落总数超标 / colony count too high"
    report = judge(dairy, item, lot, lot, fault=reason)
    yield 26 * 60
    decide(dairy, report, "scrap", reason)
    gone = (Line(item=item, lot=lot, quantity=sum(batch.amount for batch in batches)),)
    dairy.office.do(Destroy(warehouse=PLANT, lines=gone, reason=reason, cert=f"DES-{lot}"), KEEPER, approver=QUALITY)
    close(dairy, report)
    dairy.empties[PLANT] += [batch.inside for batch in batches if batch.inside]
    dairy.stock[PLANT].remove(batches)


def retest(dairy: Dairy, item: str, lot: str, batches: list[Batch]) -> Process:
    """Passed, held for a second test, let go two days later by two people."""
    free(dairy, item, lot, batches)
    yield 30
    goods = (Line(item=item, lot=lot),)
    held = dairy.office.do(Hold(warehouse=PLANT, lines=goods, reason="脂肪含量复检 / fat content retest"), QUALITY)
    for batch in batches:
        batch.free = False
    yield 46 * 60
    dairy.office.do(
        Release(warehouse=PLANT, block=str(held.value["block"]), lines=goods, testres=f"QC-{lot}-2"),
        INSPECTOR, approver=QUALITY, meaning="复检合格 / retest passed",
    )  # fmt: skip
    for batch in batches:
        batch.free = True


def rework(dairy: Dairy, lot: str, batches: list[Batch]) -> Process:
    """Butter under weight: refused, and churned again into a lot of its own."""
    reason = "净含量不足 / under weight"
    report = judge(dairy, BUTTER, lot, lot, fault=reason)
    yield 20 * 60
    decide(dairy, report, "rework", reason)
    office, pieces = dairy.office, sum(batch.amount for batch in batches)
    yield 60
    made = office.do(
        Rework(
            warehouse=PLANT,
            nonconformance=report,
            inputs=(Line(item=BUTTER, lot=lot, quantity=pieces),),
            outputs=(Reworked(item=BUTTER, quantity=cases(pieces * 0.95)),),
            place="LINE-4", prodorder=f"MO-{dairy.today:%y%m%d}-REWORK",
        ),
        MAKER,
    ).value["lots"][0]  # fmt: skip
    close(dairy, report)
    dairy.empties[PLANT] += [batch.inside for batch in batches if batch.inside]
    dairy.stock[PLANT].remove(batches)
    new, expiry = str(made["lot"]), date.fromisoformat(made["expiry"])
    dairy.lots[new] = Sold(BUTTER, dairy.today, ((BUTTER, lot),))
    yield 40
    kept = store(dairy, BUTTER, new, cases(pieces * 0.95), expiry, "LINE-4")
    yield 11 * 60
    free(dairy, BUTTER, new, kept)


def relabelled(dairy: Dairy, item: str, lot: str, batches: list[Batch]) -> None:
    """The printer had the wrong number: the same goods under a new one."""
    for batch in batches:
        line = Line(item=item, lot=lot, quantity=batch.amount, place=batch.place)
        answer = dairy.office.do(Relabel(warehouse=PLANT, line=line, reason="喷码错误 / misprinted number"), MAKER)
        batch.lot = str(answer.value["lots"][0]["lot"])
        dairy.lots[batch.lot] = Sold(item, dairy.today, ((item, lot),))


# -- the end of the day -----------------------------------------------------------------------------------------------


def cleaning(dairy: Dairy, tank: str) -> Process:
    """What is left in the tank is drained, then it is cleaned, so that tomorrow's milk has nothing of today's."""
    left = dairy.tanks[tank].take(RAW, dairy.tanks[tank].there(RAW))
    if left:
        drained = tuple(Line(item=RAW, lot=part.lot, quantity=part.amount, inside=tank_uri(tank)) for part in left)
        reason = "罐底残奶 / remainder of the tank"
        dairy.office.do(Destroy(warehouse=PLANT, lines=drained, reason=reason), KEEPER, approver=QUALITY)
        yield 20
    dairy.office.do(Clean(warehouse=PLANT, tank=tank_uri(tank), testres=f"CIP-{tank}-{dairy.today:%y%m%d}"), MAKER)


def feed(dairy: Dairy) -> Process:
    """Whey and what is left of the skimmed milk go to the feed mill."""
    if dairy.today.weekday() not in FEED_DAYS:
        return
    parts = [part for item in (WHEY, SKIM) for part in dairy.materials.take(item, dairy.materials.there(item))]
    if not parts:
        return
    lines = tuple(Line(item=part.item, lot=part.lot, quantity=part.amount) for part in parts)
    papers = f"{FEED[0]}-{dairy.today:%y%m%d}"
    sent = dairy.office.do(
        Ship(warehouse=PLANT, customer=FEED[0], lines=lines, po=f"PO-{papers}", carrier=FLEET), KEEPER
    )
    yield 75
    dairy.office.do(Deliver(warehouse=PLANT, customer=FEED[0], desadv=str(sent.value["desadv"])), CARRIER)
