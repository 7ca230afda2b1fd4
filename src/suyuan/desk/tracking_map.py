"""A sketch of a consignment's way: the cities it was reported in, drawn to scale, no tiles from anywhere. Pure.

Cities are found by their name in what carriers say; of a place that names none nothing is drawn.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import cos, radians

WIDTH, HEIGHT, EDGE = 360.0, 220.0, 44.0
SMALLEST = 1.5  # degrees that are shown at least, so that two parts of one city are not drawn a metre apart

# zh, en, degrees east, degrees north: seats of provinces, and where most parcels come from or go to.
_CITIES = (
    ("北京", "Beijing", 116.41, 39.90), ("天津", "Tianjin", 117.20, 39.13), ("上海", "Shanghai", 121.47, 31.23),
    ("重庆", "Chongqing", 106.55, 29.56), ("石家庄", "Shijiazhuang", 114.51, 38.04), ("太原", "Taiyuan", 112.55, 37.87),
    ("呼和浩特", "Hohhot", 111.75, 40.84), ("包头", "Baotou", 109.84, 40.66), ("沈阳", "Shenyang", 123.43, 41.81),
    ("大连", "Dalian", 121.61, 38.91), ("长春", "Changchun", 125.32, 43.82), ("哈尔滨", "Harbin", 126.53, 45.80),
    ("南京", "Nanjing", 118.80, 32.06), ("苏州", "Suzhou", 120.59, 31.30), ("无锡", "Wuxi", 120.31, 31.49),
    ("徐州", "Xuzhou", 117.28, 34.21), ("杭州", "Hangzhou", 120.16, 30.27), ("宁波", "Ningbo", 121.55, 29.87),
    ("温州", "Wenzhou", 120.70, 28.00), ("金华", "Jinhua", 119.65, 29.08), ("嘉兴", "Jiaxing", 120.76, 30.75),
    ("合肥", "Hefei", 117.23, 31.82), ("福州", "Fuzhou", 119.30, 26.07), ("厦门", "Xiamen", 118.09, 24.48),
    ("泉州", "Quanzhou", 118.68, 24.87), ("南昌", "Nanchang", 115.86, 28.68), ("济南", "Jinan", 117.12, 36.65),
    ("青岛", "Qingdao", 120.38, 36.07), ("烟台", "Yantai", 121.45, 37.46), ("临沂", "Linyi", 118.36, 35.10),
    ("郑州", "Zhengzhou", 113.63, 34.75), ("洛阳", "Luoyang", 112.45, 34.62), ("武汉", "Wuhan", 114.31, 30.59),
    ("长沙", "Changsha", 112.94, 28.23), ("广州", "Guangzhou", 113.26, 23.13), ("深圳", "Shenzhen", 114.06, 22.54),
    ("东莞", "Dongguan", 113.75, 23.02), ("佛山", "Foshan", 113.12, 23.02), ("珠海", "Zhuhai", 113.58, 22.27),
    ("汕头", "Shantou", 116.68, 23.35), ("南宁", "Nanning", 108.37, 22.82), ("桂林", "Guilin", 110.29, 25.27),
    ("海口", "Haikou", 110.20, 20.04), ("成都", "Chengdu", 104.07, 30.57), ("贵阳", "Guiyang", 106.63, 26.65),
    ("昆明", "Kunming", 102.83, 24.88), ("拉萨", "Lhasa", 91.11, 29.65), ("西安", "Xi’an", 108.94, 34.34),
    ("兰州", "Lanzhou", 103.83, 36.06), ("西宁", "Xining", 101.78, 36.62), ("银川", "Yinchuan", 106.23, 38.49),
    ("乌鲁木齐", "Ürümqi", 87.62, 43.83), ("香港", "Hong Kong", 114.17, 22.32), ("澳门", "Macao", 113.54, 22.20),
    ("台北", "Taipei", 121.57, 25.03), ("襄阳", "Xiangyang", 112.12, 32.01), ("十堰", "Shiyan", 110.80, 32.63),
    ("义乌", "Yiwu", 120.08, 29.31), ("唐山", "Tangshan", 118.18, 39.63), ("大同", "Datong", 113.30, 40.08),
)  # fmt: skip
CITIES: Mapping[str, tuple[str, str, float, float]] = {city[0]: city for city in _CITIES}


@dataclass(frozen=True, slots=True)
class Dot:
    """A city on the sketch; `left`: its name stands to the left of it; `here`: the goods were reported there last."""

    x: float
    y: float
    name: str
    left: bool
    here: bool
    end: bool

    @property
    def place(self) -> str:
        """As SVG moves things."""
        return f"translate({self.x} {self.y})"


@dataclass(frozen=True, slots=True)
class Sketch:
    """`gone`: the points of the way so far, `ahead`: of what is left, as SVG writes them."""

    dots: tuple[Dot, ...]
    gone: str
    ahead: str
    width: float = WIDTH
    height: float = HEIGHT


def city_in(text: str) -> str:
    """The first city that a text names, empty where it names none."""
    found = [(text.find(zh), zh) for zh in CITIES if zh in text]
    if found:
        return min(found)[1]
    lower = text.lower().replace("'", "’")
    named = [(lower.find(en.lower()), zh) for zh, en, *_at in _CITIES if en.lower() in lower]
    return min(named)[1] if named else ""


def sketch_of(sender: str, reported: Iterable[str], recipient: str, *, arrived: bool, english: bool) -> Sketch | None:
    """The way from the sender's place over those reported, in their order, to the recipient's. None where fewer than
    two cities are known: there is nothing to be drawn."""
    way = [city for city in map(city_in, (sender, *reported)) if city]
    way = [city for n, city in enumerate(way) if n == 0 or city != way[n - 1]]
    goal = city_in(recipient)
    if arrived and goal and (not way or way[-1] != goal):
        way.append(goal)
    named = list(dict.fromkeys([*way, *([goal] if goal else [])]))
    if len(named) < 2:
        return None
    at = placed(named)
    dots = tuple(
        Dot(
            *at[city], CITIES[city][1] if english else CITIES[city][0], left=at[city][0] > WIDTH * 0.6,
            here=bool(way) and city == way[-1], end=city == goal,
        )
        for city in named
    )  # fmt: skip
    rest = [way[-1], goal] if way and goal and way[-1] != goal else []
    return Sketch(dots, points(way, at), points(rest, at))


def placed(names: Iterable[str]) -> dict[str, tuple[float, float]]:
    """City → its point: east to the right, north up, both to one scale."""
    found = {name: CITIES[name][2:] for name in names}
    middle = sum(north for _east, north in found.values()) / len(found)
    flat = {name: (east * cos(radians(middle)), -north) for name, (east, north) in found.items()}
    xs, ys = [x for x, _y in flat.values()], [y for _x, y in flat.values()]
    wide, high = max(max(xs) - min(xs), SMALLEST), max(max(ys) - min(ys), SMALLEST)
    scale = min((WIDTH - 2 * EDGE) / wide, (HEIGHT - 2 * EDGE) / high)
    left, top = (max(xs) + min(xs)) / 2, (max(ys) + min(ys)) / 2
    return {
        name: (round(WIDTH / 2 + (x - left) * scale, 1), round(HEIGHT / 2 + (y - top) * scale, 1))
        for name, (x, y) in flat.items()
    }


def points(names: Iterable[str], at: Mapping[str, tuple[float, float]]) -> str:
    return " ".join(f"{at[name][0]},{at[name][1]}" for name in names)
