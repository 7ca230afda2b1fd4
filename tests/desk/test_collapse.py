"""A graph with too many cards becomes one of counts; the subject and what is rare stay."""

from hypothesis import given
from hypothesis import strategies as st

from suyuan.desk.graphs import Edge, Graph, Node, collapsed


def says(group: str, count: int) -> str:
    return f"{group} {count}"


def star(shops: int, groups: int = 1) -> Graph:
    nodes = [Node("lot", "goods", ("lot",), subject=True)]
    nodes += [Node(f"s{n}", "party", (f"s{n}",), level=1, group=f"g{n % groups}") for n in range(shops)]
    return Graph(tuple(nodes), tuple(Edge("lot", f"s{n}", "1 pcs") for n in range(shops)))


def test_a_small_graph_stays_as_it_is() -> None:
    assert collapsed(star(12), says) == star(12)


def test_cards_that_are_alike_become_a_count_in_a_small_graph_too() -> None:
    assert sorted(node.lines for node in collapsed(star(13), says).nodes) == [("g0 13",), ("lot",)]


def test_a_large_one_becomes_counts() -> None:
    small = collapsed(star(500, 2), says)
    assert sorted(node.lines for node in small.nodes) == [("g0 250",), ("g1 250",), ("lot",)]
    assert {edge.label for edge in small.edges} == {""}


def test_where_kinds_do_not_help_levels_become_counts() -> None:
    small = collapsed(star(900, 300), says)
    assert [node.lines for node in small.nodes if node.kind == "more"] == [(" 900",)]


@given(st.integers(0, 600), st.integers(1, 60))
def test_every_edge_ends_at_a_card_that_stands(shops: int, groups: int) -> None:
    small = collapsed(star(shops, groups), says)
    ids = {node.id for node in small.nodes}
    assert all(edge.source in ids and edge.target in ids for edge in small.edges)
    assert "lot" in ids
