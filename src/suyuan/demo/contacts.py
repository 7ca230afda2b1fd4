"""Where partners and warehouses are and how they are reached, and the papers that suppliers hold. Nobody can be called
or written to: there is no area code 000, and what ends in .example is nobody's (RFC 2606)."""

from collections.abc import Iterator
from datetime import date, timedelta

from suyuan.catalog.fields import Value
from suyuan.catalog.files import keep_bytes
from suyuan.catalog.register import Row
from suyuan.demo.company import (
    BUILDINGS,
    CARRIERS,
    CARTONS,
    CUPS_AND_FOIL,
    FARMS,
    FEED,
    INGREDIENTS,
    PLANT,
    SUPPLIERS,
    Customer,
)
from suyuan.demo.dairy import Dairy
from suyuan.demo.staff import ADMIN, BUYER
from suyuan.governance.master import AddPaper, PutCategories, PutCertificates, PutPartners, PutWarehouses

# A test report as suppliers send it along: one page that says so, the same bytes each time.
REPORT = b"""%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 420 298]/Contents 4 0 R/Resources<</Font<</F<</Type/Font
/Subtype/Type1/BaseFont/Helvetica>>>>>>>>endobj
4 0 obj<</Length 62>>stream
BT /F 18 Tf 40 200 Td (Test report: passed. Demonstration) Tj ET
endstream endobj
trailer<</Root 1 0 R>>
"""
COMPANY, CITIES = "牧云乳业（演示） Muyun Dairy (demonstration)", {"hohhot": "呼和浩特", "baotou": "包头"}
# The papers that the suppliers of a category must hold, and whose rules hold for its goods.
CATEGORIES = (
    ("raw", ("business-licence", "production-licence"), ("food",)),
    ("packaging", ("business-licence",), ()),
    ("dairy", (), ("food",)),
    ("by-product", (), ("food",)),
)
# Supplier, kind, days from the end until its last day: one runs out soon, one very soon, one has run out.
PAPERS = (
    *((code, "business-licence", None) for code, _zh, _en in SUPPLIERS),
    (FARMS[0][0], "production-licence", 410),
    (FARMS[1][0], "production-licence", 24),
    (FARMS[2][0], "production-licence", 6),
    (INGREDIENTS, "production-licence", 230),
    (INGREDIENTS, "haccp", -9),
    (CUPS_AND_FOIL, "iso9001", 120),
    (CARTONS, "iso9001", 17),
)  # fmt: skip
YEARS = timedelta(days=3 * 365)


def tell_contacts(dairy: Dairy) -> None:
    """On the first morning, as somebody typed them in."""
    office = dairy.office
    office.do(PutWarehouses(rows=tuple(map(Row, warehouses()))), ADMIN)
    office.do(PutPartners(rows=tuple(map(Row, [*suppliers(), *map(_customer, range(10**6), dairy.customers)]))), BUYER)
    told = ({"code": code, "certificates": papers, "regimes": rules} for code, papers, rules in CATEGORIES)
    office.do(PutCategories(rows=tuple(map(Row, told))), ADMIN)
    office.do(PutCertificates(rows=tuple(_paper(*one, dairy.options.until) for one in PAPERS)), BUYER)
    hash, _media_type = keep_bytes(REPORT)
    office.do(AddPaper(hash=hash, name="检验报告 test report (demo).pdf"), BUYER)


def ask_for_papers(dairy: Dairy) -> None:
    """On the last evening: who drives bulk liquids needs a licence for it, which this farm has not shown yet."""
    row = Row({"code": FARMS[1][0], "certificates": ("transport-licence",)})
    dairy.office.do(PutPartners(rows=(row,)), BUYER)


def warehouses() -> Iterator[dict[str, Value]]:
    for n, one in enumerate(BUILDINGS, 1):
        yield {"code": one.code, "company": COMPANY, **_address(CITIES[one.site], f"演示工业园 {n} 号", 100 + n)}


def suppliers() -> Iterator[dict[str, Value]]:
    """All of them can be reached; of the last farm postcode and telephone are missing."""
    for n, (code, _zh, _en) in enumerate([*SUPPLIERS, *CARRIERS, FEED], 1):
        told = _address(CITIES["hohhot"], f"演示路 {n} 号", 200 + n)
        if code == FARMS[2][0]:
            told |= {"postcode": "", "phone": ""}
        yield {"code": code, **told, "contact": "销售部 Sales", "email": f"sales@{code.lower()}.example"}


def _customer(number: int, one: Customer) -> dict[str, Value]:
    """A few can only be written to by letter, a few not at all."""
    if number % 13 == 5:
        return {"code": one.code, "city": "", "phone": ""}
    city = CITIES["hohhot" if one.warehouse == PLANT else "baotou"]
    told = _address(city, f"演示街 {number + 1} 号", 1000 + number)
    if number % 11 == 4:
        return {"code": one.code, **told, "phone": ""}
    told["email"] = f"goods@{one.code.lower()}.example"
    if number % 7 == 3:
        told["phone"] = ""
    return {"code": one.code, **told, "recall_contact": "值班 On duty", "recall_phone": _phone(5000 + number)}


def _address(city: str, street: str, number: int) -> dict[str, Value]:
    return {
        "country": "CN", "region": "内蒙古", "city": city, "address": street, "postcode": "000000",
        "phone": _phone(number),
    }  # fmt: skip


def _phone(number: int) -> str:
    return f"000-5550-{number:04d}"


def _paper(code: str, kind: str, left: int | None, until: date) -> Row:
    last = None if left is None else until + timedelta(days=left)
    told: dict[str, Value] = {"partner": code, "kind": kind, "number": f"{kind[:2].upper()}-{code}-DEMO"}
    return Row({**told, "issuer": "演示机构 Demo authority", "valid_from": last and last - YEARS, "valid_until": last})
