"""The pages of the handbook: Markdown in the folder `handbook` beside this file, and which of them helps where."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

from django.urls import Resolver404, resolve, reverse
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

FOLDER = Path(__file__).parent / "handbook"
INDEX = "index"
# In the order in which they are listed: what comes first is read first.
NAMES = (
    INDEX, "start", "find", "alerts", "orders", "receiving", "quality", "stock", "labels", "counting", "production",
    "picking", "shipping", "carriers", "returns", "holding", "recall", "figures", "reports", "data", "people",
    "login", "approvals", "audit", "operation", "trouble",
)  # fmt: skip
_PAGE = re.compile(r"([a-z]+)\.md(#.*)?")
_NOT_IN_ANCHORS = re.compile(r"[^\w\- ]")


@dataclass(frozen=True, slots=True)
class Part:
    """A heading of the second level, and where it stands on its page."""

    title: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Page:
    """`html` is safe: the Markdown may hold no HTML of its own."""

    name: str
    title: str
    html: str
    parts: Sequence[Part]

    @property
    def url(self) -> str:
        return url_of(self.name)


def url_of(name: str) -> str:
    return reverse("desk:help") if name == INDEX else reverse("desk:help_page", args=[name])


def folder(language: str) -> Path:
    """Where the pages in this language are: Chinese ones, and English ones for everybody else."""
    return FOLDER / ("zh" if language.startswith("zh") else "en")


def anchor(title: str) -> str:
    """The anchor of a heading, as the places that show repositories make it."""
    return _NOT_IN_ANCHORS.sub("", title.strip().lower()).replace(" ", "-")


@cache
def read(name: str, language: str) -> Page:
    """A page of the handbook. Raises OSError where there is none."""
    markdown = _markdown()
    tokens = markdown.parse((folder(language) / f"{name}.md").read_text(encoding="utf-8"))
    parts = [_dressed(token, following) for token, following in pairwise(tokens)]
    title = next(following.content for token, following in pairwise(tokens) if token.tag == "h1")
    html = str(markdown.renderer.render(tokens, markdown.options, {}))
    return Page(name, title, html, [part for part in parts if part])


def _dressed(token: Token, following: Token) -> Part | None:
    """Give what is about to be shown its anchor or its looks; a heading of the second level as a part."""
    if token.type == "heading_open":
        token.attrSet("id", anchor(following.content))
        return Part(following.content, anchor(following.content)) if token.tag == "h2" else None
    if token.type == "table_open":
        token.attrSet("class", "table table-sm")
    return None


def _markdown() -> MarkdownIt:
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")
    markdown.add_render_rule("link_open", _link)
    markdown.add_render_rule("code_inline", _code)
    markdown.add_render_rule("table_open", _table)
    markdown.add_render_rule("table_close", lambda *_given: "</table></div>")
    return markdown


def _link(self: RendererHTML, tokens: Sequence[Token], at: int, options: OptionsDict, env: EnvType) -> str:
    """Pages point to each other as files, so that the sources can be read as well."""
    if found := _PAGE.fullmatch(str(tokens[at].attrGet("href"))):
        tokens[at].attrSet("href", url_of(found[1]) + (found[2] or ""))
    return self.renderToken(tokens, at, options, env)


def _code(self: RendererHTML, tokens: Sequence[Token], at: int, options: OptionsDict, env: EnvType) -> str:
    """The address of a page of ours leads there."""
    shown = self.code_inline(tokens, at, options, env)
    text = tokens[at].content
    return f'<a href="{text}">{shown}</a>' if is_address(text) else shown


def _table(self: RendererHTML, tokens: Sequence[Token], at: int, options: OptionsDict, env: EnvType) -> str:
    return '<div class="table-responsive mb-3" tabindex="0">' + self.renderToken(tokens, at, options, env)


def is_address(text: str) -> bool:
    """Is it the address of one of our pages, plain enough to be one?"""
    if not re.fullmatch(r"/[a-z/]*", text):
        return False
    try:
        resolve(text)
    except Resolver404:
        return False
    return True


# -- which page helps where --------------------------------------------------------------------------------------------

# Beginning of an address → the page about what is done there; the longest that fits counts.
ABOUT: Mapping[str, str] = {
    "/": "find", "/trace": "find", "/alerts": "alerts", "/steps": "alerts", "/digest": "alerts", "/orders": "orders",
    "/receiving": "receiving", "/picking": "picking", "/shipping": "shipping", "/deliveries": "carriers",
    "/consignments": "carriers", "/stock": "stock",
    "/moving": "stock", "/counting": "counting", "/hold": "holding",
    "/release": "holding", "/recall": "recall", "/returns": "returns", "/disposal": "returns",
    "/receiving/returns": "returns",
    "/people": "people", "/settings": "approvals", "/account": "login", "/map": "data",
    "/labels": "labels", "/inspection": "quality", "/nonconformances": "quality",
    "/data": "data", "/quality": "data", "/duplicates": "data", "/start": "start",
    "/production": "production", "/figures": "figures", "/reports": "reports", "/event": "reports",
    "/dossier": "reports", "/balance": "figures", "/import": "start", "/approvals": "approvals",
    "/audit": "audit", "/proof": "audit", "/help": INDEX,
}  # fmt: skip


def about(path: str) -> str:
    """The address of the help for the page at `path`."""
    fitting = [begin for begin in ABOUT if path == begin or path.startswith(f"{begin.rstrip('/')}/")]
    return url_of(ABOUT[max(fitting, key=len, default="/")])
