"""A recall that is over and the yearly drill, on the last evening: of the lot that fewest had, and of one of many."""

from datetime import timedelta

from suyuan.catalog.queries import item_uris
from suyuan.demo.company import PLANT
from suyuan.demo.dairy import Dairy
from suyuan.demo.staff import INSPECTOR, KEEPER, QUALITY
from suyuan.gs1.identifiers import lot_of_item
from suyuan.gs1.quantities import decimal_text, unscaled
from suyuan.recall.commands import (
    ApproveNotices,
    CloseDrill,
    CloseRecall,
    DraftNotices,
    MarkNotified,
    PublishNotice,
    RecordAnswer,
    StartDrill,
    StartRecall,
)
from suyuan.recall.models import Case, Notice, ScopeParty
from suyuan.recall.notices import drafted
from suyuan.recall.rules import notices_digest

TITLE = "标签漏印过敏原 Allergen missing on the label"


def recalls(dairy: Dairy) -> None:
    """Nothing where nothing was sold."""
    sold = sorted((one.made, lot) for lot, one in dairy.lots.items() if one.customers)
    if sold:
        closed_recall(dairy, min(sold, key=lambda pair: (len(dairy.lots[pair[1]].customers), pair))[1])
        drill(dairy, sold[len(sold) // 2][1])


def uri_of(dairy: Dairy, lot: str) -> str:
    item = dairy.lots[lot].item
    return lot_of_item(item_uris([item])[item], lot)


def closed_recall(dairy: Dairy, lot: str) -> None:
    """Opened by one, told and closed by others; whoever had some found all of it."""
    office = dairy.office
    started = office.do(
        StartRecall(
            warehouse=PLANT, subjects=(uri_of(dairy, lot),), reason=TITLE, title=TITLE, hazard_class=2,
            hazard="对牛奶过敏者有危险 Dangerous for people allergic to milk",
        ),
        INSPECTOR,
    )  # fmt: skip
    number = str(started.value["case"])
    office.do(DraftNotices(warehouse=PLANT, case=number, way="letter"), KEEPER)
    notices = list(Notice.objects.filter(case__number=number).order_by("pk"))
    ids = tuple(notice.pk for notice in notices)
    office.do(
        ApproveNotices(warehouse=PLANT, case=number, notices=ids, digest=notices_digest(map(drafted, notices))),
        KEEPER, approver=QUALITY,
    )  # fmt: skip
    for id_ in ids:
        office.do(MarkNotified(warehouse=PLANT, case=number, notice=id_), KEEPER)
    for party, amount in had(number):
        office.do(RecordAnswer(warehouse=PLANT, case=number, party=party, found=amount), KEEPER)
    office.do(
        PublishNotice(
            warehouse=PLANT, case=number, title_zh="召回：标签漏印过敏原",
            text_zh=f"批号 {lot} 的标签漏印“含乳”。对牛奶过敏者请勿食用，可到购买处退货。",
            title_en="Recall: allergen missing on the label",
            text_en=f"The label of lot {lot} does not say that it contains milk. If you are allergic to milk, do not "
            "eat it; take it back to where you bought it.",
        ),
        KEEPER, approver=QUALITY,
    )  # fmt: skip
    why = "已到期的由客户销毁，公告保留 What has expired is destroyed by the customers; the notice stays"
    office.do(
        CloseRecall(warehouse=PLANT, case=number, outcome="全部找到并隔离 All found and set apart", open_why=why),
        KEEPER, approver=QUALITY,
    )  # fmt: skip


def had(number: str) -> list[tuple[str, str]]:
    """(party, amount) of the customers that had goods of the case counted in one unit."""
    case = Case.objects.get(number=number)
    rows = ScopeParty.objects.filter(scope__case=case, scope__version=case.version, role="customer").order_by("pk")
    found: dict[str, list[int]] = {}
    for party, quantity in rows.values_list("party", "quantity"):
        found.setdefault(party, []).append(quantity)
    return [(party, decimal_text(unscaled(amounts[0]))) for party, amounts in found.items() if len(amounts) == 1]


def drill(dairy: Dairy, lot: str) -> None:
    """Over after twelve minutes."""
    office = dairy.office
    started = office.do(
        StartDrill(warehouse=PLANT, subjects=(uri_of(dairy, lot),), reason="年度召回演练 Yearly mock recall"), INSPECTOR
    )
    office.wait_until(office.now + timedelta(minutes=12))
    learnt = "部分客户没有登记电话 Some customers have no telephone number on file"
    office.do(CloseDrill(warehouse=PLANT, case=str(started.value["case"]), outcome=learnt), INSPECTOR)
