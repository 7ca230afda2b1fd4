"""Pictures as plain shapes, drawn alike on a page (SVG) and on paper (`papers.py`). Sizes in points, y downward."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString


@dataclass(frozen=True, slots=True)
class Path:
    """A line through points. `ink`: how it looks, a class of `style.css` and a colour of `INKS`."""

    points: tuple[tuple[float, float], ...]
    ink: str
    thin: bool = False


@dataclass(frozen=True, slots=True)
class Box:
    """A filled rectangle from its upper left corner; `says` is shown to whoever points at it."""

    x: float
    y: float
    width: float
    height: float
    ink: str
    says: str = ""


@dataclass(frozen=True, slots=True)
class Dot:
    """A point that is seen; `says` as above."""

    x: float
    y: float
    ink: str
    says: str = ""
    size: float = 2.5


@dataclass(frozen=True, slots=True)
class Label:
    """A text whose line stands on `y`. `at`: ``start``, ``middle`` or ``end`` of it is at `x`."""

    x: float
    y: float
    text: str
    at: str = "start"
    ink: str = "quiet"
    size: float = 9


Shape = Path | Box | Dot | Label


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture; `title` says what it shows to whoever cannot see it."""

    title: str
    width: float
    height: float
    shapes: Sequence[Shape]


# On paper; the page has its own in light and dark.
INKS: dict[str, tuple[float, float, float]] = {
    "quiet": (0.35, 0.38, 0.42),
    "grid": (0.85, 0.87, 0.9),
    "alarm": (0.75, 0.1, 0.1),
    "limit": (0.75, 0.35, 0.05),
    "s0": (0.02, 0.38, 0.7),
    "s1": (0.1, 0.5, 0.25),
    "s2": (0.55, 0.25, 0.65),
    "s3": (0.6, 0.4, 0.05),
    "s4": (0.1, 0.5, 0.55),
    "s5": (0.45, 0.45, 0.45),
}
SERIES = 6


def svg(picture: Picture) -> SafeString:
    """The picture for a page. Its colours are the page's."""
    return format_html(
        '<svg class="drawing" viewBox="0 0 {} {}" role="img" aria-label="{}"><title>{}</title>{}</svg>',
        _point(picture.width), _point(picture.height), picture.title, picture.title,
        format_html_join("", "{}", ((_drawn(shape),) for shape in picture.shapes)),
    )  # fmt: skip


def _point(value: float) -> str:
    """A coordinate. `format_html` makes texts of numbers before it places them, so it cannot round them."""
    return f"{value:.1f}"


def _drawn(shape: Shape) -> SafeString:
    match shape:
        case Path(points=points, ink=ink, thin=thin):
            told = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
            return format_html('<polyline class="ink-{}{}" points="{}"></polyline>', ink, " thin" if thin else "", told)
        case Box():
            return format_html(
                '<rect class="ink-{}" x="{}" y="{}" width="{}" height="{}"><title>{}</title></rect>',
                shape.ink, *map(_point, (shape.x, shape.y, shape.width, shape.height)), shape.says,
            )  # fmt: skip
        case Dot():
            return format_html(
                '<circle class="ink-{}" cx="{}" cy="{}" r="{}"><title>{}</title></circle>',
                shape.ink, *map(_point, (shape.x, shape.y, shape.size)), shape.says,
            )  # fmt: skip
    return format_html(
        '<text class="ink-{}" x="{}" y="{}" text-anchor="{}" font-size="{}">{}</text>',
        shape.ink, _point(shape.x), _point(shape.y), shape.at, _point(shape.size), shape.text,
    )  # fmt: skip
