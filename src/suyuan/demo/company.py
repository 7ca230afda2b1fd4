"""The company on paper: sites, warehouses, places, items, partners. Pure data, and the few formulas that make it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import product

from suyuan.catalog.drafts import NewItem, NewPack, NewPartner, NewPlace
from suyuan.gs1.keys import check_digit

COMPANY = "95264001"  # GS1 prefix 952: demonstrations
PLANT, CENTRE = "plant", "dc"
ZONE = "Asia/Shanghai"
CASE = 12
LOT_TEMPLATE = "{site}{date:%y%m%d}{shift}{line}{seq:02}"


def with_check_digit(digits: str) -> str:
    return digits + check_digit(digits)


def gln(number: int) -> str:
    """One of the company's location numbers."""
    return with_check_digit(f"{COMPANY}{number:04d}")


def gtin(number: int, indicator: int | None = None) -> str:
    """One of the company's trade item numbers: 13 digits, of a case 14."""
    return with_check_digit(f"{'' if indicator is None else indicator}{COMPANY}{number:04d}")


def partner_gln(number: int) -> str:
    """A location number of another company that does not exist either."""
    return with_check_digit(f"95270{number:03d}0001")


# -- warehouses -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Building:
    """A warehouse to be added, with its site."""

    code: str
    site: str
    gln: str
    zh: str
    en: str
    site_zh: str
    site_en: str
    lot_token: str
    sscc_prefix: str


BUILDINGS = (
    Building(
        code=PLANT, site="hohhot", gln=gln(1), zh="牧云乳业 工厂仓", en="Muyun Dairy, plant warehouse",
        site_zh="牧云乳业 呼和浩特工厂（演示）", site_en="Muyun Dairy, Hohhot plant (demonstration)",
        lot_token="MY", sscc_prefix="952640011",
    ),
    Building(
        code=CENTRE, site="baotou", gln=gln(2), zh="牧云乳业 配送中心", en="Muyun Dairy, distribution centre",
        site_zh="牧云乳业 包头配送中心（演示）", site_en="Muyun Dairy, Baotou distribution centre (demonstration)",
        lot_token="MD", sscc_prefix="952640012",
    ),
)  # fmt: skip

TANKS = ("TANK-1", "TANK-2")
COLD_RACKS, PACK_RACKS, CENTRE_RACKS = ("C1", "C2", "C3"), ("P1", "P2"), ("D1", "D2", "D3", "D4")
COLUMNS, LEVELS = 4, 2
FREEZER, MILK_DOCK, DOCK, STAGING, RETURNS = "F-01", "DOCK-MILK", "DOCK", "OUT", "BACK"


def tank_uri(tank: str) -> str:
    """A tank is an asset: its GIAI."""
    return f"https://id.gs1.org/8004/{COMPANY}{tank.replace('-', '')}"


def bins(racks: Sequence[str]) -> list[str]:
    """The bins of racks: rack, column, level."""
    return [f"{rack}-{column:02d}-{level}" for rack, column, level in product(racks, range(1, COLUMNS + 1), (1, 2))]


COLD_BINS, PACK_BINS, CENTRE_BINS = bins(COLD_RACKS), bins(PACK_RACKS), bins(CENTRE_RACKS)
DRY_BINS = [f"S-{number:02d}" for number in range(1, 7)]


def place(code: str, zh: str, en: str, kind: str = "zone", at: tuple[float, float] = (0, 0), **more: str) -> NewPlace:
    """A place with both names; `at` in metres on the floor plan."""
    return NewPlace(code=code, name_zh=zh, name_en=en, kind=kind, x=at[0], y=at[1], **more)


def racks(
    zone: str, codes: Sequence[str], zh: str, en: str, temperature: str, start: tuple[float, float]
) -> Iterator[NewPlace]:
    """Racks side by side with their bins, 1.4 m a column and 3 m from rack to rack."""
    for row, rack in enumerate(codes):
        y = start[1] + 3 * row
        yield place(rack, f"{zh} {rack}", f"{en} {rack}", "rack", (start[0], y), parent=zone)
        for column, level in product(range(1, COLUMNS + 1), range(1, LEVELS + 1)):
            code = f"{rack}-{column:02d}-{level}"
            at = (start[0] + 1.4 * column, y)
            yield place(
                code, f"库位 {code}", f"Bin {code}", "bin", at,
                parent=rack, purpose="storage", temperature_class=temperature,
            )  # fmt: skip


def common_places() -> Iterator[NewPlace]:
    """What both warehouses have; the first place of a purpose is the one taken where nobody names one."""
    yield place(DOCK, "收货月台", "Receiving dock", "dock", (2, 2), purpose="receiving")
    yield place(STAGING, "发货暂存区", "Dispatch staging", "dock", (30, 2), purpose="staging")
    yield place("QA", "待检隔离区", "Quarantine", "bin", (8, 2), purpose="quarantine")
    yield place(RETURNS, "退货区", "Returns", "bin", (12, 2), purpose="returns")
    yield place("SCRAP", "报废区", "Scrap", "bin", (16, 2), purpose="scrap")


def plant_places() -> Iterator[NewPlace]:
    yield from common_places()
    yield place(MILK_DOCK, "收奶台", "Milk intake", "dock", (2, 30), purpose="receiving")
    yield place("MILK", "贮奶间", "Milk storage", at=(6, 30))
    for number, tank in enumerate(TANKS):
        name = (f"生乳罐位 {number + 1}", f"Raw milk tank {number + 1}")
        yield place(tank, *name, "bin", (8 + 4 * number, 30), parent="MILK", purpose="storage")
    yield place("LAB", "留样室", "Retained samples", "bin", (20, 30), purpose="sample")
    yield place("FREEZER", "菌种冷冻间", "Culture freezer", at=(24, 30))
    yield place(
        FREEZER, "菌种冷冻柜", "Culture freezer 1", "bin", (25, 30),
        parent="FREEZER", purpose="storage", temperature_class="frozen",
    )  # fmt: skip
    yield place("COLD", "成品冷库", "Finished goods cold store", at=(22, 8))
    yield from racks("COLD", COLD_RACKS, "货架", "Rack", "chilled", (22, 8))
    yield place("PACK", "包材库", "Packaging store", at=(4, 18))
    yield from racks("PACK", PACK_RACKS, "货架", "Rack", "ambient", (4, 18))
    yield place("DRY", "辅料库", "Ingredients store", at=(14, 18))
    for number, code in enumerate(DRY_BINS):
        at = (14 + 1.4 * number, 18.0)
        yield place(
            code, f"辅料位 {code}", f"Bin {code}", "bin", at, parent="DRY", purpose="storage", temperature_class="cool"
        )
    lines = (("鲜奶灌装线", "Fresh milk filling"), ("酸奶线", "Yoghurt"), ("果粒酸奶线", "Fruit yoghurt"))
    for number, (zh, en) in enumerate((*lines, ("分离与黄油线", "Separation and butter")), 1):
        yield place(
            f"LINE-{number}", f"{number} 号{zh}", f"Line {number}, {en.lower()}", "line", (14 + 4 * number, 26),
            purpose="production",
        )  # fmt: skip


def centre_places() -> Iterator[NewPlace]:
    yield from common_places()
    yield place("COLD", "冷库", "Cold store", at=(6, 8))
    yield from racks("COLD", CENTRE_RACKS, "货架", "Rack", "chilled", (6, 8))


# -- items ------------------------------------------------------------------------------------------------------------

RAW, CULTURE, FRUIT, SUGAR = "RM-MILK", "RM-CULTURE", "RM-FRUIT", "RM-SUGAR"
BOTTLE, CUP, FOIL, CARTON = "PK-BOTTLE", "PK-CUP", "PK-FOIL", "PK-CARTON"
MILK, YOGHURT, FRUITY, CREAM, BUTTER = "FG-MILK", "FG-YOG", "FG-FRUIT", "FG-CREAM", "FG-BUTTER"
WHEY, SKIM = "BP-WHEY", "BP-SKIM"
FINISHED = (MILK, YOGHURT, FRUITY, CREAM, BUTTER)

CATEGORIES = (
    ("raw", "原辅料", "Raw materials"),
    ("packaging", "包装材料", "Packaging"),
    ("dairy", "乳制品", "Dairy products"),
    ("by-product", "副产品", "By-products"),
)


def finished(code: str, number: int, zh: str, en: str, spec: str, life: int, dispatch: int, minimum: int) -> NewItem:
    """A product with its case; `life` and `dispatch` in days, `minimum` in pieces."""
    return NewItem(
        code=code, name_zh=zh, name_en=en, spec=spec, category="dairy", base_unit="EA", gtin=gtin(number),
        shelf_life_days=life, min_remaining_days_dispatch=dispatch, storage_class="chilled", minimum=Decimal(minimum),
        packs=(NewPack(gtin=gtin(number, 1), numerator=CASE, level="箱 / case"),),
    )  # fmt: skip


def material(code: str, zh: str, en: str, unit: str, category: str, storage: str, life: int | None = None) -> NewItem:
    """Something bought, known by the supplier's lot number."""
    return NewItem(
        code=code, name_zh=zh, name_en=en, base_unit=unit, category=category, storage_class=storage,
        shelf_life_days=life, tracking="none" if code == CARTON else "lot",
    )  # fmt: skip


ITEMS = (
    finished(MILK, 101, "巴氏杀菌鲜牛奶 950 ml", "Pasteurised milk 950 ml", "950 ml", 7, 3, 1200),
    finished(YOGHURT, 102, "原味滤乳酸奶 150 g", "Plain strained yoghurt 150 g", "150 g", 21, 10, 2400),
    finished(FRUITY, 103, "草莓果粒酸奶 150 g", "Strawberry yoghurt 150 g", "150 g", 21, 10, 2400),
    finished(CREAM, 104, "稀奶油 200 ml", "Cream 200 ml", "200 ml", 30, 12, 240),
    finished(BUTTER, 105, "黄油 200 g", "Butter 200 g", "200 g", 180, 60, 120),
    material(RAW, "生牛乳", "Raw milk", "LTR", "raw", "", 2),
    material(CULTURE, "发酵剂（袋）", "Starter culture (sachet)", "EA", "raw", "frozen", 540),
    material(FRUIT, "草莓果料", "Strawberry preparation", "KGM", "raw", "cool", 180),
    material(SUGAR, "白砂糖", "Sugar", "KGM", "raw", "", 720),
    material(BOTTLE, "屋顶盒 950 ml", "Gable-top carton 950 ml", "EA", "packaging", "ambient"),
    material(CUP, "酸奶杯 150 g", "Yoghurt cup 150 g", "EA", "packaging", "ambient"),
    material(FOIL, "封口铝膜", "Sealing foil", "MTR", "packaging", "ambient"),
    material(CARTON, "纸箱 12 入", "Shipping case for 12", "EA", "packaging", "ambient"),
    material(SKIM, "脱脂乳", "Skimmed milk", "LTR", "by-product", "", 2),
    material(WHEY, "乳清", "Whey", "KGM", "by-product", "", 5),
)  # fmt: skip


# -- partners ---------------------------------------------------------------------------------------------------------

FARMS = (
    ("FARM-1", "演示牧场 · 北坡", "Demo farm, North Slope"),
    ("FARM-2", "演示牧场 · 南谷", "Demo farm, South Valley"),
    ("FARM-3", "演示牧场 · 河湾", "Demo farm, River Bend"),
)
CUPS_AND_FOIL, CARTONS, INGREDIENTS = "SUP-CUPS", "SUP-CARTONS", "SUP-INGR"
SUPPLIERS = (
    *FARMS,
    (CUPS_AND_FOIL, "演示包材厂 · 杯与膜", "Demo packaging, cups and foil"),
    (CARTONS, "演示纸业 · 纸箱与屋顶盒", "Demo paper works, cases and cartons"),
    (INGREDIENTS, "演示配料商", "Demo ingredients"),
)
CARRIERS = (
    ("TRUCK-1", "演示冷链 · 一队", "Demo cold chain, fleet one"),
    ("TRUCK-2", "演示冷链 · 二队", "Demo cold chain, fleet two"),
)
FEED = ("FEED", "演示饲料厂", "Demo feed mill")

_STREETS = (
    ("东街", "East Street"), ("西街", "West Street"), ("南门", "South Gate"), ("北门", "North Gate"),
    ("河畔", "Riverside"), ("桥头", "Bridgehead"), ("广场", "Square"), ("站前", "Station"), ("林荫", "Tree Avenue"),
    ("湖滨", "Lakeside"), ("新村", "New Village"), ("旧城", "Old Town"), ("高地", "Hilltop"), ("花园", "Gardens"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Trade:
    """A kind of customer: on how many of seven days one orders, and of which products how many cases (least, most)."""

    code: str
    zh: str
    en: str
    days: frozenset[int]  # of the week, Monday 0
    chance: float
    cases: dict[str, tuple[float, int, int]]  # product → chance that it is on the order, cases
    with_gln: bool = False


WORKDAYS, EVERY_DAY = frozenset(range(5)), frozenset(range(7))
TRADES = (
    Trade(
        "MART", "演示超市", "Demo supermarket", EVERY_DAY, 0.55,
        {MILK: (0.95, 12, 30), YOGHURT: (0.85, 10, 26), FRUITY: (0.85, 8, 24), CREAM: (0.5, 1, 3), BUTTER: (0.2, 1, 2)},
        with_gln=True,
    ),
    Trade(
        "SCHOOL", "演示学校", "Demo school", WORKDAYS, 0.62,
        {MILK: (1.0, 16, 40), FRUITY: (0.7, 6, 18)},
    ),
    Trade(
        "CANTEEN", "演示食堂", "Demo canteen", EVERY_DAY, 0.38,
        {MILK: (0.9, 6, 14), YOGHURT: (0.8, 5, 14), FRUITY: (0.4, 3, 8), BUTTER: (0.15, 1, 2)},
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Customer:
    """A customer that does not exist, and the warehouse that serves it."""

    code: str
    zh: str
    en: str
    gln: str
    trade: Trade
    warehouse: str


def customers(count: int) -> list[Customer]:
    """`count` customers of the three trades in turn; three of five are served by the distribution centre."""
    found = []
    for number in range(count):
        kind, nth = TRADES[number % len(TRADES)], number // len(TRADES)
        zh, en = _STREETS[nth % len(_STREETS)]
        again = nth // len(_STREETS)
        tail_zh, tail_en = (f"{again + 1} 店", f" {again + 1}") if again else ("店", "")
        found.append(
            Customer(
                f"{kind.code}-{nth + 1:02d}",
                f"{kind.zh} · {zh}{tail_zh}",
                f"{kind.en}, {en}{tail_en}",
                partner_gln(number + 100) if kind.with_gln and number < 900 else "",
                kind,
                PLANT if number % 5 in (1, 3) else CENTRE,
            )
        )
    return found


def partners(count: int) -> list[NewPartner]:
    """All of them, `count` customers."""
    found = [
        NewPartner(code=code, name_zh=zh, name_en=en, gln=partner_gln(number), roles=("supplier",))
        for number, (code, zh, en) in enumerate(SUPPLIERS, 1)
    ]
    found += [NewPartner(code=code, name_zh=zh, name_en=en, roles=("carrier",)) for code, zh, en in CARRIERS]
    found.append(NewPartner(code=FEED[0], name_zh=FEED[1], name_en=FEED[2], roles=("customer",)))
    return found + [
        NewPartner(code=one.code, name_zh=one.zh, name_en=one.en, gln=one.gln, roles=("customer",))
        for one in customers(count)
    ]
