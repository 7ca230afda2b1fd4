"""The map of the warehouse worked in: its places as they stand, coloured by what is in them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from suyuan.accounts.rules import in_language
from suyuan.catalog.models import Item, Place
from suyuan.desk.access import Desk, desk_page, page
from suyuan.desk.floor_plan import COLOURINGS, SIDE, Box, Plan, Spot, Tile, plan_of
from suyuan.gs1.quantities import SCALE
from suyuan.ledger.keys import key16, micros
from suyuan.stock.book import PACKED, PLACE
from suyuan.stock.queries import UNDER_BLOCK
from suyuan.ui.access import Access, Reader
from suyuan.ui.things import thing_url

# Whoever looks after the places, or may see where goods are.
SHOWN_TO = Access(Reader.ROLE, one_of=(Access(Reader.ROLE, "trace.full:read"), Access(Reader.ROLE, "place.edit:read")))
DAY = 86_400_000_000  # microseconds
MOST_BESIDE = 100
LABELLED = 400  # tiles; more could not be read
_HELD = (
    "SELECT holder, item, SUM(quantity), MIN(since), COUNT(*), SUM(container) FROM ("
    "SELECT b.holder, COALESCE(s.item, b.subject) AS item, b.quantity, b.since, s.container "
    "FROM stock_balance b JOIN stock_subject s ON s.log = b.log AND s.subject = b.subject "
    "WHERE b.log = %s AND b.quantity > 0 AND b.kind IN (%s, %s)) AS lying GROUP BY holder, item"
)
_CONTAINERS = (
    "SELECT b.subject, b.holder FROM stock_subject s JOIN stock_balance b ON b.log = s.log AND b.subject = s.subject "
    "WHERE s.log = %s AND s.container = 1 AND b.quantity > 0 AND b.kind IN (%s, %s)"
)
_BLOCKED = (
    "SELECT DISTINCT b.holder FROM stock_balance b WHERE b.log = %s AND b.quantity > 0 "
    f"AND b.subject IN ({UNDER_BLOCK})"
)


@dataclass(slots=True)
class Load:
    """What lies in a place, its containers' content included."""

    weight: float | None = 0.0
    volume: float | None = 0.0
    pallets: int = 0
    rows: int = 0
    since: int | None = None
    held: bool = False

    def add(self, weight: float | None, volume: float | None, pallets: int, rows: int, since: int) -> None:
        self.weight = None if self.weight is None or weight is None else self.weight + weight
        self.volume = None if self.volume is None or volume is None else self.volume + volume
        self.pallets += pallets
        self.rows += rows
        self.since = since if self.since is None else min(self.since, since)


@desk_page(access=SHOWN_TO)
def floor(request: HttpRequest, desk: Desk) -> HttpResponse:
    """`?by=` fill, age, temperature or hold."""
    by = request.GET.get("by", "fill")
    by = by if by in COLOURINGS else "fill"
    plan = plan_of(spots_of(desk.warehouse, desk.now, desk.language), by)
    word, _shade, shades = COLOURINGS[by]
    context = {
        "plan": plan,
        "drawing": drawing(plan) if plan.tiles or plan.areas else "",
        "by": by,
        "word": _(word),
        "colourings": [(name, _(one[0]), name == by) for name, one in COLOURINGS.items()],
        "legend": [(shade, _(shade.word), plan.counts.get(shade.code, 0)) for shade in shades],
        "beside": plan.beside[:MOST_BESIDE],
        "more": max(0, len(plan.beside) - MOST_BESIDE),
        "scan_here": True,
    }
    return page(request, desk, "desk/floor.html", context)


def spots_of(warehouse: str, now: datetime, language: str) -> list[Spot]:
    """The places of a warehouse with what is in them. Five statements, whatever their number."""
    loads = loads_of(warehouse)
    today = micros(now)
    rows = Place.objects.filter(warehouse_id=warehouse, is_active=True).exclude(kind="warehouse").order_by("key")
    columns = (
        "id", "parent_id", "uri", "code", "name_zh", "name_en", "kind", "temperature_class", "x", "y", "width", "depth",
        "capacity_weight", "capacity_volume", "capacity_pallets",
    )  # fmt: skip
    nothing = Load()
    found = []
    for row in rows.values_list(*columns):
        id_, parent, uri, code, zh, en, kind, warm, x, y, width, depth, heavy, large, pallets = row
        load = loads.get(key16(uri), nothing)
        box = None if x is None or y is None else (x, y, width or SIDE, depth or SIDE)
        capacity = (_unscaled(heavy), _unscaled(large), pallets)
        days = 0 if load.since is None else max(0, (today - load.since) // DAY)
        found.append(
            Spot(
                id_, parent, uri, code, in_language(language, zh, en), kind, warm, box, capacity, load.weight,
                load.volume, load.pallets, load.rows, days, load.held,
            )
        )  # fmt: skip
    return found


def _unscaled(number: int | None) -> float | None:
    return None if number is None else number / SCALE


def loads_of(warehouse: str) -> dict[bytes, Load]:
    """What lies where, by the place's id: sums by place and item from the database, containers followed up here."""
    with connection.cursor() as cursor:
        cursor.execute(_HELD, [warehouse, PLACE, PACKED])
        held = [(bytes(row[0]), bytes(row[1]), *row[2:]) for row in cursor.fetchall()]
        cursor.execute(_CONTAINERS, [warehouse, PLACE, PACKED])
        within = {bytes(subject): bytes(holder) for subject, holder in cursor.fetchall()}
        cursor.execute(_BLOCKED, [warehouse] * 3)
        blocked = {bytes(row[0]) for row in cursor.fetchall()}
    sizes = sizes_of()
    found: dict[bytes, Load] = {}
    for holder, item, quantity, since, rows, containers in held:
        load = found.setdefault(outermost(holder, within), Load())
        weight, volume = sizes.get(item, (None, None)) if not containers else (0.0, 0.0)
        amount = float(quantity) / SCALE
        in_place = int(containers or 0) if holder not in within else 0
        load.add(
            None if weight is None else weight * amount,
            None if volume is None else volume * amount,
            in_place,
            int(rows),
            int(since),
        )
    for holder in blocked:
        if (place := outermost(holder, within)) in found:
            found[place].held = True
    return found


def outermost(holder: bytes, within: Mapping[bytes, bytes]) -> bytes:
    """Where the outermost container around it stands."""
    for _step in range(len(within)):
        if holder not in within:
            break
        holder = within[holder]
    return holder


def sizes_of() -> dict[bytes, tuple[float | None, float | None]]:
    """Item → weight and volume of one base unit, of those that say either. One statement."""
    rows = Item.objects.exclude(weight=None, volume=None).values_list("uri", "weight", "volume")
    return {key16(uri): (_unscaled(weight), _unscaled(volume)) for uri, weight, volume in rows}


# -- drawing ----------------------------------------------------------------------------------------------------------


def drawing(plan: Plan) -> SafeString:
    """The plan as SVG. Put together here, since a template takes longer for thousands of bins than people wait; codes
    and names are escaped."""
    left, top, width, height = plan.view
    size = f"{left:.2f} {top:.2f} {width:.2f} {height:.2f}"
    labelled = len(plan.tiles) <= LABELLED
    parts = [
        f'<svg class="floor" data-floor viewBox="{size}" role="group" aria-label="{escape(_("Warehouse map"))}" '
        'preserveAspectRatio="xMidYMid meet">',
        *(_area(spot, box) for spot, box in plan.areas),
        *_tiles(plan.tiles, labelled),
        "</svg>",
    ]
    return mark_safe("".join(parts))  # every text in it went through escape()


def _area(spot: Spot, box: Box) -> str:
    x, y, width, depth = box
    at = f'x="{x + 0.2:.2f}" y="{y - 0.15:.2f}" font-size="0.6"'
    words = f"<text {at}>{escape(spot.name or spot.code)}</text>"
    shape = f'<rect x="{x:.2f}" y="{y:.2f}" width="{width:.2f}" height="{depth:.2f}" rx="0.15"></rect>'
    return f'<g class="area area-{spot.kind}">{shape}{words if spot.kind == "zone" else ""}</g>'


def _tiles(tiles: Sequence[Tile], labelled: bool) -> Iterable[str]:
    signs = {shade.code: shade.sign for _word, _of, shades in COLOURINGS.values() for shade in shades}
    for tile in tiles:
        (x, y, width, depth), spot = tile.box, tile.spot
        title = escape(says(tile))
        words = ""
        if labelled:
            text = escape(f"{signs.get(tile.shade, '')} {spot.code}".strip())
            size = min(0.42, depth * 0.5, 1.6 * width / max(4, len(text)))
            words = f'<text x="{x + width / 2:.2f}" y="{y + depth / 2:.2f}" font-size="{size:.2f}">{text}</text>'
        yield (
            f'<a href="{escape(thing_url(spot.uri))}" aria-label="{title}" class="bin shade-{tile.shade}">'
            f'<title>{title}</title><rect x="{x:.2f}" y="{y:.2f}" width="{width:.2f}" height="{depth:.2f}"></rect>'
            f"{words}</a>"
        )


def says(tile: Tile) -> str:
    """A bin in words, for the pointer and for who cannot see colours."""
    spot = tile.spot
    said = [f"{spot.code} {spot.name}".strip()]
    if tile.count > 1:
        said.append(ngettext("{count} bin", "{count} bins", tile.count).format(count=tile.count))
    elif not spot.rows:
        said.append(_("empty"))
    else:
        fill = spot.fill
        said += [_("{percent} % full").format(percent=round(fill))] if fill is not None else []
        said.append(ngettext("for {days} day", "for {days} days", spot.days).format(days=spot.days))
        said += [_("on hold")] if spot.held else []
    return " · ".join(said)
