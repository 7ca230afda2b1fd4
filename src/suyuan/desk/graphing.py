"""The graph on a page: its drawing, where its cards lead, what stands open, and its files."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.safestring import SafeString

from suyuan.desk.drawings import as_png, as_svg, as_svg_file
from suyuan.desk.graphs import Graph
from suyuan.desk.layouts import layout_of
from suyuan.ui.frame import Link
from suyuan.ui.things import thing_url

PICTURES = {"svg": "image/svg+xml", "png": "image/png"}


@dataclass(frozen=True, slots=True)
class Drawn:
    """`close`: the piles that stand open, each with the address on which it is one card again; `files`: the picture to
    be kept; `hidden`: how many cards stand behind counts.
    """

    svg: SafeString
    close: tuple[Link, ...]
    files: tuple[Link, ...]
    hidden: int


def graph_url(uri: str) -> str:
    """The page of the graph of goods alone."""
    return f"{reverse('desk:thing_graph')}?{thing_url(uri).partition('?')[2]}"


def drawn(graph: Graph, here: str) -> Drawn:
    """The graph for a page; `here`: the address, with a query, at which it stands."""
    opened = [id_ for id_, _said in graph.opened]
    links = {node.id: address(here, [*opened, node.opens]) for node in graph.nodes if node.opens}
    close = tuple(
        Link(address(here, [one for one in opened if one != id_]), said.replace("\n", " "), "x")
        for id_, said in graph.opened
    )
    files = tuple(Link(f"{address(here, opened)}&as={kind}", kind.upper(), "download") for kind in PICTURES)
    return Drawn(as_svg(layout_of(graph), links), close, files, graph.hidden)


def address(here: str, opened: Sequence[str]) -> str:
    """The same with these piles open."""
    more = urlencode([("open", one) for one in opened])
    return f"{here}{f'&{more}' if more else ''}"


def picture_file(graph: Graph, title: str, kind: str) -> str | bytes:
    """The same picture as a file, ``svg`` or ``png``."""
    layout = layout_of(graph)
    return as_svg_file(layout, title) if kind == "svg" else as_png(layout)
