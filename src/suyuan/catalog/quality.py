"""What is missing or inconsistent in master data: rules as data, counted set by set.

The score of a register is the share of its rows that a rule finds nothing wrong with, averaged over its rules by their
weights; a rule counts those rows only that it can apply to. Rows that are out of use are not asked.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from suyuan.catalog.kinds import PlaceKind
from suyuan.catalog.models import Certificate, Item, Likeness, SupplierItem
from suyuan.catalog.register import Register
from suyuan.catalog.registers import REGISTERS
from suyuan.gs1.problems import N_

SOON = timedelta(days=30)
HIGH, MEDIUM, LOW = "high", "medium", "low"
WEIGHTS: Mapping[str, int] = {HIGH: 4, MEDIUM: 2, LOW: 1}
SEVERITIES: Mapping[str, str] = {HIGH: N_("serious"), MEDIUM: N_("should be mended"), LOW: N_("worth filling in")}

Where = Callable[[date], Q]


def _all(_today: date) -> Q:
    return Q()


@dataclass(frozen=True, slots=True)
class Rule:
    """A finding: `wrong` is what it asks of a row (as of a day), among the rows that `among` lets in.

    `word` says what is found and `why` what comes of it, both marked N_. `list`: the filter of the register's own list
    that shows the same rows, where that list has one.
    """

    id: str
    register: str
    word: str
    why: str
    severity: str
    wrong: Where
    among: Where = _all
    list: str = ""

    @property
    def weight(self) -> int:
        return WEIGHTS[self.severity]


@dataclass(frozen=True, slots=True)
class Finding:
    """How many rows a rule was asked of, and of how many it is true."""

    rule: Rule
    rows: int
    wrong: int

    @property
    def share(self) -> float | None:
        """Of the rows that are right; None where there are none to ask."""
        return (self.rows - self.wrong) / self.rows if self.rows else None


def _empty(*names: str) -> Where:
    return lambda _today: _any(Q(**{name: ""}) for name in names)


def _missing(*names: str) -> Where:
    return lambda _today: _any(Q(**{f"{name}__isnull": True}) for name in names)


def _any(conditions: Iterable[Q]) -> Q:
    found = Q()
    for one in conditions:
        found |= one
    return found


def _unlike(register: str) -> Where:
    """In a pair that nobody has decided about."""
    undecided = Likeness.objects.filter(register=register, dismissed="")
    return lambda _today: Q(uri__in=undecided.values("one")) | Q(uri__in=undecided.values("other"))


def _keeps_badly(_today: date) -> Q:
    """Goods that go bad: their category says so, or others in it have a shelf life."""
    keeping = Item.objects.filter(category__isnull=False, shelf_life_days__isnull=False)
    told = Q(category__warn_days__isnull=False) | Q(category__certificates__contains="food-licence")
    return told | Q(category__in=keeping.values("category"))


def _limits(_today: date) -> Q:
    return (
        Q(minimum__gt=F("maximum"))
        | Q(reorder_point__gt=F("maximum"))
        | Q(reorder_point__lt=F("minimum"))
    )  # fmt: skip


def _life(_today: date) -> Q:
    life = F("shelf_life_days")
    return Q(min_remaining_days_receipt__gt=life) | Q(min_remaining_days_dispatch__gt=life)


def _unsupplied(_today: date) -> Q:
    return ~Q(pk__in=SupplierItem.objects.filter(is_active=True).values("item"))


def _no_paper(_today: date) -> Q:
    return ~Q(pk__in=Certificate.objects.filter(is_active=True).values("partner"))


def _good_until(day: date) -> QuerySet[Certificate]:
    """Papers of the same kind that hold on that day."""
    same = Certificate.objects.filter(partner=OuterRef("partner"), kind=OuterRef("kind"), is_active=True)
    return same.filter(Q(valid_until__isnull=True) | Q(valid_until__gte=day))


def _expired(today: date) -> Q:
    gone = Certificate.objects.filter(~Q(Exists(_good_until(today))), is_active=True, valid_until__lt=today)
    return Q(pk__in=gone.values("partner"))


def _expiring(today: date) -> Q:
    """Good today and, without a successor, no longer in a month."""
    later = today + SOON
    ending = Certificate.objects.filter(is_active=True, valid_until__gte=today, valid_until__lt=later)
    return Q(pk__in=ending.filter(~Q(Exists(_good_until(later)))).values("partner"))


def _unreachable(_today: date) -> Q:
    return Q(phone="", email="", recall_phone="", recall_email="") & ~Q(contact__contains="@")


def _customers(_today: date) -> Q:
    return Q(is_customer=True)


def _bins(_today: date) -> Q:
    return Q(kind=PlaceKind.BIN.value)


def _suppliers(_today: date) -> Q:
    return Q(is_supplier=True)


NAMES = N_("A name is missing in one language")
ALIKE = N_("May be there twice")
RULES: tuple[Rule, ...] = (
    Rule("item-alike", "items", ALIKE, N_("Stock and orders of one thing stand apart."), HIGH, _unlike("items")),
    Rule("item-limits", "items", N_("Minimum, reorder point and maximum contradict each other"),
         N_("Reordering goes wrong."), HIGH, _limits),
    Rule("item-life-order", "items", N_("Must keep longer than it keeps"), N_("No delivery can be accepted."), HIGH,
         _life),
    Rule("item-life", "items", N_("No shelf life, though its kind goes bad"),
         N_("No expiry date is worked out, and nothing warns."), HIGH, _missing("shelf_life_days"), _keeps_badly,
         "f.shelf_life_days.is=empty"),
    Rule("item-category", "items", N_("No category"), N_("No lot number template, no papers to ask suppliers for."),
         MEDIUM, _missing("category"), list="f.category.is=empty"),
    Rule("item-storage", "items", N_("No storage class"), N_("Any place may hold it."), MEDIUM, _empty("storage_class"),
         list="f.storage_class.is=empty"),
    Rule("item-category-closed", "items", N_("Its category is out of use"), N_("Give it one that is in use."), MEDIUM,
         lambda _today: Q(category__is_active=False), lambda _today: Q(category__isnull=False)),
    Rule("item-names", "items", NAMES, N_("Some readers see the other language."), LOW, _empty("name_zh", "name_en")),
    Rule("item-gtin", "items", N_("No GTIN"), N_("Its labels are read by nobody else."), LOW, _missing("gtin"),
         list="f.gtin.is=empty"),
    Rule("item-supplier", "items", N_("No supplier"), N_("Suppliers' papers and codes cannot be matched."), LOW,
         _unsupplied),
    Rule("partner-alike", "partners", ALIKE, N_("What came from one supplier stands apart."), HIGH,
         _unlike("partners")),
    Rule("partner-paper", "partners", N_("A supplier without any licence or certificate"),
         N_("Nobody can show that it may supply."), HIGH, _no_paper, _suppliers),
    Rule("partner-expired", "partners", N_("A licence or certificate has expired"), N_("Receiving is blocked."), HIGH,
         _expired),
    Rule("partner-expiring", "partners", N_("A licence or certificate expires within 30 days"),
         N_("Ask for the new one now."), MEDIUM, _expiring),
    Rule("partner-pending", "partners", N_("A supplier waits for approval"), N_("Receiving is blocked."), MEDIUM,
         lambda _today: Q(status="pending"), _suppliers, "f.status=pending"),
    Rule("partner-address", "partners", N_("No country or no city"), N_("Notices cannot be addressed."), LOW,
         _empty("country", "city")),
    Rule("partner-reach", "partners", N_("A customer that can be neither written to nor called"),
         N_("In a recall nobody reaches it in time."), HIGH, _unreachable, _customers),
    Rule("partner-tax", "partners", N_("No tax number"), N_("The same company twice is not noticed."), LOW,
         _empty("tax_number"), list="f.tax_number.is=empty"),
    Rule("partner-names", "partners", NAMES, N_("Some readers see the other language."), LOW,
         _empty("name_zh", "name_en")),
    Rule("place-extension", "places", N_("A bin that no label can name"), N_("It has no number behind the GLN."), HIGH,
         _empty("gln_extension"), _bins),
    Rule("place-capacity", "places", N_("A bin without any capacity"), N_("Nobody sees when it is full."), MEDIUM,
         lambda _today: Q(capacity_weight=None, capacity_volume=None, capacity_pallets=None), _bins),
    Rule("place-purpose", "places", N_("A bin without purpose"), N_("Nothing is proposed for it."), MEDIUM,
         _empty("purpose"), _bins, "f.purpose.is=empty"),
    Rule("place-plan", "places", N_("Not on the plan"), N_("The map and pick paths leave it out."), LOW,
         _missing("x", "y"), _bins),
    Rule("category-day", "categories", N_("Its lot numbers do not tell the day"),
         N_("People cannot read a label's age."), LOW, lambda _today: ~Q(lot_template__contains="{date")),
    Rule("category-names", "categories", NAMES, N_("Some readers see the other language."), LOW,
         _empty("name_zh", "name_en")),
    Rule("paper-file", "certificates", N_("No file of the paper"), N_("An auditor asks for it."), MEDIUM,
         _empty("file")),
    Rule("paper-end", "certificates", N_("No last day"), N_("Nothing warns before it ends."), LOW,
         _missing("valid_until"), list="f.valid_until.is=empty"),
    Rule("supply-closed", "supplier_items", N_("Leads to an item or supplier that is out of use"),
         N_("The code finds what is not ordered any more."), MEDIUM,
         lambda _today: Q(item__is_active=False) | Q(partner__is_active=False)),
)  # fmt: skip
BY_ID: Mapping[str, Rule] = {rule.id: rule for rule in RULES}


def of_register(name: str) -> list[Rule]:
    return [rule for rule in RULES if rule.register == name]


def in_use(register: Register) -> QuerySet[Any]:  # Any: of whichever model
    """The rows that are asked."""
    rows = register.rows()
    return rows.filter(is_active=True) if "is_active" in register.by_name else rows


def findings(register: Register, today: date) -> list[Finding]:
    """What the rules find in a register. One statement, which reads its table once.

    No condition asks another table for each row: with such ones 100,000 items took most of a minute.
    """
    rules = of_register(register.name)
    asked: dict[str, Count] = {}
    for n, rule in enumerate(rules):
        among = rule.among(today)
        asked[f"rows{n}"] = Count("pk", filter=among) if among else Count("pk")
        asked[f"wrong{n}"] = Count("pk", filter=among & rule.wrong(today))
    counted = in_use(register).aggregate(**asked) if asked else {}
    return [Finding(rule, counted[f"rows{n}"], counted[f"wrong{n}"]) for n, rule in enumerate(rules)]


def found(rule: Rule, today: date) -> QuerySet[Any]:  # Any: of whichever model
    """The rows of which a rule is true, by their key."""
    register = REGISTERS[rule.register]
    rows = in_use(register).filter(rule.among(today) & rule.wrong(today))
    return rows.order_by(*(register.columns[name] for name in register.keys))


def score(found_: Sequence[Finding]) -> float | None:
    """0–1; None where there is nothing to ask."""
    asked = [(one.rule.weight, one.share) for one in found_ if one.share is not None]
    weight = sum(weight for weight, _share in asked)
    return sum(weight * share for weight, share in asked) / weight if weight else None
