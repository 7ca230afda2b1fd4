"""The components pages are made of. What they show comes in as typed values; nothing here asks the database."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Protocol

from django import template
from django.contrib.humanize.templatetags.humanize import naturaltime
from django.http import HttpRequest
from django.template import Context
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from suyuan.accounts.rules import in_language
from suyuan.gs1.problems import Problem
from suyuan.gs1.quantities import Quantity
from suyuan.ui.formats import code_groups, grouped_number
from suyuan.ui.problems import sentence
from suyuan.ui.states import state, strictest_first
from suyuan.ui.tables import Code, DaysLeft, Jump, States, Table, Value
from suyuan.ui.things import Thing, thing_url
from suyuan.ui.units import unit_name

register = template.Library()
NAMED = frozenset({"place", "party", "item"})
SPARK_WIDTH, SPARK_HEIGHT = 120, 28


@register.simple_tag
def icon(name: str, extra: str = "") -> SafeString:
    """A drawing beside a word; said by nothing, since the word says it."""
    return format_html(
        '<svg class="icon {}" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        extra,
        static("icons.svg"),
        name,
    )


class Spoken(Protocol):
    """What has a name in both languages."""

    code: str
    name_zh: str
    name_en: str


@register.filter
def spoken(one: Spoken) -> str:
    """Its name in the reader's language."""
    return in_language(get_language() or "", one.name_zh, one.name_en, one.code)


@register.simple_tag
def colon() -> str:
    """What stands between a word and what is said of it."""
    return _(": ")


@register.simple_tag
def chip(code: str) -> SafeString:
    """One state: icon, word, colour."""
    shown = state(code)
    return format_html('<span class="state state-{}">{}{}</span>', shown.code, icon(shown.icon), _(shown.word))


@register.simple_tag
def chips(codes: Iterable[str]) -> SafeString:
    """Several states, the strictest first."""
    return format_html_join(" ", "{}", ((chip(code),) for code in strictest_first(tuple(codes))))


@register.simple_tag
def number(amount: Decimal | int) -> str:
    return grouped_number(amount)


@register.simple_tag
def quantity(value: Quantity | None) -> SafeString:
    """``1,920 pcs``, the unit in the reader's language."""
    if value is None:
        return format_html('<span class="text-secondary">–</span>')
    return format_html(
        '<span class="quantity">{} <span class="unit">{}</span></span>',
        grouped_number(value.amount),
        _(unit_name(value.unit)),
    )


@register.simple_tag
def code(text: str, copy: bool = True) -> SafeString:
    """An identifier: monospace, digits grouped for the eye alone, and a button that copies it."""
    if not text:
        return SafeString()
    shown = format_html_join("", "<span>{}</span>", ((part,) for part in code_groups(text)))
    button = format_html(
        '<button type="button" class="copy d-print-none" data-copy="{}" aria-label="{}">{}</button>',
        text,
        _("Copy {text}").format(text=text),
        icon("copy"),
    )
    return format_html('<span class="code"><code>{}</code>{}</span>', shown, button if copy else "")


@register.simple_tag
def moment(value: datetime | None, seconds: bool = False) -> SafeString:
    """A time in the site's zone; how long ago on hover."""
    if value is None:
        return SafeString()
    local = timezone.localtime(value)
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        local.isoformat(),
        f"{naturaltime(value)} · {local:%Z}",
        f"{local:%Y-%m-%d %H:%M:%S}" if seconds else f"{local:%Y-%m-%d %H:%M}",
    )


@register.simple_tag
def day(value: date | None) -> SafeString:
    return format_html('<time datetime="{0}">{0}</time>', value.isoformat()) if value else SafeString()


@register.simple_tag
def thing(value: Thing | None) -> SafeString:
    """A link to a thing's page: its name and code; of what people call by name, the name alone."""
    if value is None:
        return format_html('<span class="text-secondary">–</span>')
    name = format_html('<span class="thing-name">{}</span> ', value.name) if value.name else ""
    named = value.name and value.kind in NAMED
    shown = code(value.code, copy=False) if value.code and not named and value.code != value.name else ""
    return format_html('<a class="thing" href="{}">{}{}</a>', value.url, name, shown)


def days_left(value: DaysLeft) -> SafeString | str:
    """Days that are left, with a badge where they press: a sign and a word, not the colour alone."""
    if not value.presses:
        return grouped_number(value.days)
    shade, sign = ("red", "alert-octagon") if value.urgent else ("orange", "clock")
    return format_html(
        '<span class="badge bg-{}-lt" title="{}">{} {}<span class="visually-hidden"> {}</span></span>',
        shade, value.presses, icon(sign), grouped_number(value.days), value.presses,
    )  # fmt: skip


@register.simple_tag
def cell(value: Value, places: int | None = None) -> SafeString | str:
    """One typed value, drawn; a number with so many decimals."""
    match value:
        case Quantity():
            return quantity(value)
        case Thing():
            return thing(value)
        case States(codes=codes):
            return chips(codes)
        case Code(text=text):
            return code(text)
        case Jump(text=text, url=url):
            return format_html('<a href="{}">{}</a>', url, text)
        case DaysLeft():
            return days_left(value)
        case datetime():
            return moment(value)
        case date():
            return day(value)
        case Decimal() | int():
            return grouped_number(value) if places is None else f"{value:,.{places}f}"
    return value or ""


@register.inclusion_tag("ui/table.html")
def table(shown: Table) -> Mapping[str, object]:
    return {"table": shown}


@register.inclusion_tag("ui/problems.html")
def problems(found: Sequence[Problem]) -> Mapping[str, object]:
    """All problems at the top of a form."""
    return {"sentences": [sentence(problem) for problem in found]}


@register.inclusion_tag("ui/field.html", takes_context=True)
def field(
    context: Context,
    name: str,
    label: str,
    value: str = "",
    *,
    path: str = "",
    list: str = "",
    note: str = "",
    placeholder: str = "",
    refresh: str = "",
    required: bool = False,
    number: bool = False,
    code: bool = False,
) -> Mapping[str, object]:
    """One input with its label, a note under it, and the problems that the page's `errors` have for `path` or its name.

    `list` names a datalist; `refresh` is the address that redraws the sheet when the value has changed.
    """
    found = (context.get("errors") or {}).get(path or name, ())
    return {
        "name": name,
        "label": label,
        "value": value,
        "list": list,
        "note": note,
        "placeholder": placeholder,
        "refresh": refresh,
        "required": required,
        "number": number,
        "code": code,
        "sentences": [sentence(problem) for problem in found],
    }


@register.simple_tag(takes_context=True)
def row_problems(context: Context, path: str) -> SafeString:
    """What is wrong with a line as a whole."""
    found = (context.get("errors") or {}).get(path, ())
    return format_html_join(
        "", '<div class="field-problem line-wide">{}</div>', ((sentence(problem),) for problem in found)
    )


@register.simple_tag
def place_url(uri: str) -> str:
    """The address of the page of a thing of which only the URI is at hand."""
    return thing_url(uri)


@register.filter
def at(found: Mapping[str, object] | None, name: str) -> object:
    """What a mapping has under a name that only the page knows."""
    return (found or {}).get(name, ())


@register.simple_tag
def without(request: HttpRequest, name: str) -> str:
    """The address of the same page without a filter: the parameter, and those that go on behind a dot."""
    query = request.GET.copy()
    for one in [key for key in query if key in (name, "page") or key.startswith(f"{name}.")]:
        del query[one]
    return f"?{query.urlencode()}"


@register.simple_tag
def said(problem: Problem) -> str:
    return sentence(problem)


@register.simple_tag
def sparkline(values: Sequence[int], title: str) -> SafeString:
    """A small line of the last days, the latest at the right; the numbers themselves are its title."""
    top = max(values, default=0) or 1
    step = SPARK_WIDTH / max(1, len(values) - 1)
    points = " ".join(
        f"{i * step:.1f},{SPARK_HEIGHT - 2 - (SPARK_HEIGHT - 4) * value / top:.1f}" for i, value in enumerate(values)
    )
    return format_html(
        '<svg class="sparkline" viewBox="0 0 {} {}" preserveAspectRatio="none" role="img" aria-label="{}">'
        '<title>{}</title><polyline points="{}"></polyline></svg>',
        SPARK_WIDTH,
        SPARK_HEIGHT,
        f"{title}: {', '.join(map(str, values))}",
        f"{title}: {', '.join(map(str, values))}",
        points,
    )
