"""Reading order lines: what each row says, or why it moves no goods. Pure."""

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from hashlib import blake2b
from sys import intern

from suyuan.catalog.rules import code_key
from suyuan.gs1.identifiers import own_document_uri, own_item_uri, own_party_uri
from suyuan.gs1.problems import Problem, Refused

# Column → the names it has in the files of this kind that are about, without blanks and in small letters.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "invoice": ("invoiceno", "invoice"),
    "code": ("stockcode",),
    "quantity": ("quantity",),
    "time": ("invoicedate",),
    "name": ("description",),
    "price": ("unitprice", "price"),
    "customer": ("customerid",),
    "country": ("country",),
}
NEEDED = ("invoice", "code", "quantity", "time")
# What stands in the column of item codes and is no goods: postage, carriage, manual entries, discounts, fees,
# donations, samples that nobody counts, bad debts, vouchers.
NO_GOODS = frozenset({"POST", "DOT", "C2", "M", "D", "S", "B", "BANK CHARGES", "AMAZONFEE", "CRUK"})
VOUCHERS = ("GIFT_",)
MOST = 10**9
LONGEST = 80
_CREDIT = "C"
_ORIGIN = "https://id.example.com"
_NUMBER = re.compile(r"([0-9]+)\.0*")


@dataclass(frozen=True, slots=True)
class Line:
    """Goods that left (or, `back`, came back): `quantity` is above 0; `customer` is empty where none is named."""

    row: int
    invoice: str
    item: str
    quantity: int
    at: datetime
    customer: str
    back: bool


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that moves no goods: `reason` is the code of its sentence."""

    row: int
    reason: str
    cells: tuple[str, ...]


@dataclass(slots=True)
class Names:
    """What the rows say of things by the way: item → its name, customer → his country; codes spelt in several ways."""

    items: dict[str, str] = field(default_factory=dict)
    countries: dict[str, str] = field(default_factory=dict)
    spellings: dict[str, set[str]] = field(default_factory=dict)


def read_lines(texts: Iterable[str], names: Names) -> Iterator[Line | Rejected]:
    """Each row in its order, numbered from 2 as editors count a file with a heading; `names` fills on the way.

    Refused when columns are missing (connectors.columns) or the file is no CSV (orders.csv).
    """
    reader = csv.reader(texts)
    try:
        heading = next(reader, [])
        columns = columns_of(heading)
        seen: set[bytes] = set()
        for cells in reader:
            if cells:
                yield _judged(reader.line_num, cells, len(heading), columns, seen, names)
    except csv.Error:
        raise Refused([Problem("connectors.csv", "", {"row": str(reader.line_num)})]) from None


def columns_of(heading: Sequence[str]) -> dict[str, int]:
    """Column → its number. Refused with every column that is missing."""
    places = {"".join(title.lower().split()): n for n, title in reversed(list(enumerate(heading)))}
    found = {column: places[title] for column, titles in COLUMNS.items() for title in titles if title in places}
    missing = [column for column in NEEDED if column not in found]
    if missing:
        wanted = ", ".join("/".join(COLUMNS[column]) for column in missing)
        raise Refused([Problem("connectors.columns", "", {"columns": wanted})])
    return found


def _judged(
    row: int, cells: list[str], width: int, columns: Mapping[str, int], seen: set[bytes], names: Names
) -> Line | Rejected:
    whole = tuple(cells)
    if len(cells) != width:
        return Rejected(row, "connectors.width", whole)
    same = blake2b("\0".join(cells).encode(errors="replace"), digest_size=16).digest()
    if same in seen:
        return Rejected(row, "connectors.duplicate", whole)
    seen.add(same)
    row_of = {column: cells[n].strip() for column, n in columns.items()}
    found = judge(row, row_of)
    if isinstance(found, str):
        return Rejected(row, found, whole)
    _remember(found, row_of, names)
    return found


def judge(row: int, cells: Mapping[str, str]) -> Line | str:
    """A row's goods, or the code of the reason why it moves none."""
    invoice, item = cells["invoice"], item_code(cells["code"])
    customer = customer_code(cells.get("customer", ""))
    quantity, at = whole_number(cells["quantity"]), moment(cells["time"])
    back = invoice[:1].upper() == _CREDIT
    if not (names_paper(invoice) and names_item(item) and (not customer or names_party(customer))):
        return "connectors.code"
    if quantity is None or not 0 < abs(quantity) < MOST:
        return "connectors.quantity"
    if at is None:
        return "connectors.time"
    if not is_goods(item):
        return "connectors.no_goods"
    if is_adjustment(quantity, back, customer, cells.get("price", "")):
        return "connectors.adjustment"
    if back and quantity > 0:
        return "connectors.credit"
    return Line(row, intern(invoice), intern(item), abs(quantity), at, intern(customer), back)


# A code becomes part of a URI; each is asked once.


@lru_cache(maxsize=65536)
def names_paper(number: str) -> bool:
    return _builds(lambda: own_document_uri(_ORIGIN, "inv", number), number)


@lru_cache(maxsize=65536)
def names_item(code: str) -> bool:
    return _builds(lambda: own_item_uri(_ORIGIN, code), code)


@lru_cache(maxsize=65536)
def names_party(code: str) -> bool:
    return _builds(lambda: own_party_uri(_ORIGIN, code), code)


def _builds(uri: Callable[[], str], code: str) -> bool:
    try:
        uri()
    except Refused:
        return False
    return len(code) <= LONGEST and code.isprintable()


def item_code(text: str) -> str:
    """The one spelling of an item's code: 85123a is 85123A."""
    return code_key(text)


def customer_code(text: str) -> str:
    """The one spelling of a customer's number: spreadsheets make 17850.0 of 17850."""
    found = _NUMBER.fullmatch(text)
    return found[1] if found else code_key(text)


def whole_number(text: str) -> int | None:
    """A quantity in pieces: -6, 6, 6.0; None for anything else."""
    try:
        number = Decimal(text)
        return int(number) if number.is_finite() and number == number.to_integral_value() else None
    except InvalidOperation:
        return None


def moment(text: str) -> datetime | None:
    """A local time: ISO, or 12/1/2010 8:26 as spreadsheets of this origin write it."""
    for read in (datetime.fromisoformat, _american):
        try:
            return read(text).replace(tzinfo=None)
        except ValueError:
            continue
    return None


def _american(text: str) -> datetime:
    return datetime.strptime(text, "%m/%d/%Y %H:%M")  # noqa: DTZ007  # a local time; its zone is the warehouse's


def is_goods(item: str) -> bool:
    return item not in NO_GOODS and not item.startswith(VOUCHERS)


def is_adjustment(quantity: int, back: bool, customer: str, price: str) -> bool:
    """Stock written off or found, kept among the invoices: less than nothing without a credit note, or free of charge
    for nobody."""
    free = whole_number(price) == 0 and not customer
    return not back and (quantity < 0 or free)


def _remember(line: Line, cells: Mapping[str, str], names: Names) -> None:
    names.items[line.item] = names.items.get(line.item) or cells.get("name", "")
    if line.customer:
        names.countries.setdefault(line.customer, cells.get("country", ""))
    if cells["code"] != line.item:
        names.spellings.setdefault(line.item, set()).add(cells["code"])
