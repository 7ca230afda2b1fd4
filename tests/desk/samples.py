"""A lot of yoghurt as a page shows it, so that pages can be looked at before there is a company."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from suyuan.desk.cards import Block, Checkpoint, Fact, Flow, FlowRow, Moment, Proof, Tab, ThingPage, shared_out
from suyuan.desk.graphs import Edge, Graph, Node
from suyuan.gs1.identifiers import gln_uri, lot_uri, party_uri, sscc_uri
from suyuan.gs1.keys import check_digit
from suyuan.gs1.quantities import Quantity
from suyuan.ui.tables import Code, Column, Row, States, Table
from suyuan.ui.things import Thing, thing_of

GLN = "6901234000009"
LOT = lot_uri("06901234567892", "2511-21A-007")
NOON = datetime(2026, 11, 21, 4, 5, tzinfo=UTC)


def pieces(amount: int) -> Quantity:
    return Quantity(Decimal(amount), "C62")


def kilograms(amount: str) -> Quantity:
    return Quantity(Decimal(amount), "KGM")


def customer(n: int) -> Thing:
    digits = f"690888{n:06d}"
    return thing_of(party_uri(digits + check_digit(digits)), f"华联超市 {n} 店")


def milk(n: int) -> Thing:
    return thing_of(lot_uri("06901234567809", f"RM-{n:03d}"), "生牛乳")


def lot_page() -> ThingPage:
    thing = thing_of(LOT, "原味酸奶 150 g")
    bins = [thing_of(gln_uri(GLN, f"A-01-0{n}"), f"冷库 A-01-0{n}") for n in (1, 2)]
    pallet = thing_of(sscc_uri("369012340000000017"))
    customers = [FlowRow(customer(n), pieces(480 - 24 * n)) for n in range(1, 7)]
    events = Table(
        "events",
        (
            Column("时间", "time"),
            Column("业务步骤"),
            Column("地点", "thing"),
            Column("数量", "quantity"),
            Column("人员"),
            Column("记录", "text"),
        ),
        [
            Row(
                (NOON + timedelta(minutes=15 * n), word, bins[n % 2], pieces(480 * (n + 1)), "王芳", Code("0192f3c4")),
                state,
            )
            for n, (word, state) in enumerate(
                [("生产", ""), ("检验合格", "released"), ("上架", ""), ("发货", "shipped")]
            )
        ],
        export="?csv=events",
    )
    parties = Table(
        "customers",
        (Column("客户", "thing"), Column("数量", "quantity"), Column("状态", "state")),
        [Row((customer(n), pieces(480 - 10 * n), States(("shipped",)))) for n in range(1, 39)],
        export="?csv=customers",
    )
    return ThingPage(
        thing=thing,
        title=thing.name,
        states=("held", "released"),
        facts=(
            Fact("生产日期", date(2026, 11, 21)),
            Fact("班次", "A 班 2 线"),
            Fact("到期", date(2026, 12, 19)),
            Fact("供应商批号", "–"),
            Fact("产量", pieces(12480)),
            Fact("GTIN", Code("06901234567892")),
        ),
        blocks=(
            Block("held", "异味投诉，等待感官复检", NOON, "李静"),
            Block("held", "冷链记录缺失 40 分钟", NOON, "张伟"),
        ),
        where=Flow(
            ((pieces(1920), "在库"), (pieces(480), "在途")),
            (FlowRow(bins[0], pieces(1440), "held", pallet), FlowRow(bins[1], pieces(480), "held")),
        ),
        came=Flow(
            ((3, "批生牛乳"), (2, "家供应商")),
            tuple(FlowRow(milk(n), kilograms(f"{1000 + n}.5")) for n in range(1, 4)),
            3,
            "backward",
        ),
        went=Flow(((38, "家客户"), (pieces(10080), "已发货")), tuple(customers), 32, "parties"),
        balance=shared_out(
            pieces(12480),
            [
                ("in_stock", "在库", pieces(1920)),
                ("transit", "在途", pieces(480)),
                ("shipped", "客户", pieces(10040)),
                ("sample", "留样", pieces(40)),
            ],
            pieces(0),
        ),
        graph=graph(),
        timeline=tuple(
            Moment(NOON + timedelta(hours=n), word, bins[n % 2], pieces(480 * n + 480), "王芳", state)
            for n, (word, state) in enumerate(
                [
                    ("生产", "in_stock"),
                    ("检验合格", "released"),
                    ("上架", "in_stock"),
                    ("发货", "shipped"),
                    ("冻结", "held"),
                ]
            )
        ),
        tabs=(Tab("events", "事件", events), Tab("parties", "客户", parties)),
        proofs=(
            Proof("hq", "0192f3c4-77aa", "生产", 1203, 10422, "/proof"),
            Proof("hq", "0192f3c4-77ab", "发货", None, None),
        ),
        checkpoints=(Checkpoint("hq", 10422, "Lr3Wd0a8b9Tt0m5uQx1c7n2vK4p6s8y0A2C4E6G8I0=", NOON),),
        gaps=("托盘 3690 1234 0000 0000 16 的开托没有记录。",),
    )


def graph(width: int = 5) -> Graph:
    made = Node("t", "step", ("生产",), level=-1)
    lot = Node(LOT, "goods", ("原味酸奶 150 g", "2511-21A-007", "12,480 件 · ⏸ 冻结"), "held", "/thing?id=x", True)
    milks = [
        Node(
            f"m{n}",
            "goods",
            ("生牛乳", f"RM-{n:03d}", f"{1000 + n} 千克 · ✓ 合格"),
            "released",
            "/",
            level=-2,
            group="生牛乳",
        )
        for n in range(3)
    ]
    farms = [Node(f"f{n}", "party", (f"草原牧场 {n}",), "", "/", level=-3) for n in range(2)]
    pallets = [
        Node(f"p{n}", "container", ("托盘", f"3690 1234 {n:04d}"), "shipped", "/", level=1, group="托盘")
        for n in range(width)
    ]
    shops = [Node(f"c{n}", "party", (f"华联超市 {n} 店",), "", "/", level=2, group="客户") for n in range(width)]
    edges = (
        [Edge(f"f{n % 2}", f"m{n}") for n in range(3)]
        + [Edge(f"m{n}", "t", "1,000 千克") for n in range(3)]
        + [Edge("t", LOT)]
    )
    edges += [Edge(LOT, f"p{n}", "480 件") for n in range(width)] + [Edge(f"p{n}", f"c{n}") for n in range(width)]
    return Graph((made, lot, *milks, *farms, *pallets, *shops), tuple(edges))
