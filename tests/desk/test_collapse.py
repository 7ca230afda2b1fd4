"""A graph with too many cards becomes one of counts, which open; the subject and what is rare stay; nothing is lost."""

from hypothesis import given
from hypothesis import strategies as st

from suyuan.desk.drawings import as_png, as_svg, as_svg_file
from suyuan.desk.graphs import (
    MOST_NODES,
    OPENED,
    Edge,
    Graph,
    Node,
    Pile,
    Spot,
    folded,
    redirected,
)
from suyuan.desk.layouts import WIDTH, layout_of, width_of, wrapped


def star(lots: int, groups: int = 1) -> dict[str, Spot]:
    return {"lot": Spot(0, "subject"), **{f"s{n}": Spot(1, "goods", f"g{n % groups}") for n in range(lots)}}


def counts(spots: dict[str, Spot], *opened: str) -> dict[str, int]:
    return {pile.id: len(keys) for pile, keys in folded(spots, opened).piles.items()}


def test_a_small_graph_stays_as_it_is() -> None:
    assert folded(star(12)).piles == {}
    assert folded(star(12)).shown == tuple(star(12))


def test_cards_that_are_alike_become_a_count_in_a_small_graph_too() -> None:
    assert list(counts(star(13)).values()) == [13]
    assert folded(star(13)).shown == ("lot",)


def test_a_large_one_becomes_counts() -> None:
    assert sorted(counts(star(500, 2)).values()) == [250, 250]


def test_where_kinds_do_not_help_levels_become_counts() -> None:
    assert counts(star(900, 300)) == {"1.goods.all": 900}


def test_a_count_opens_and_what_is_too_much_stays_a_count() -> None:
    [pile] = folded(star(40)).piles
    opened = folded(star(40), [pile.id])
    assert (opened.piles, opened.opened) == ({}, {pile: 40})
    assert len(opened.shown) == 41
    assert counts(star(500), pile.id) == {pile.id: 500 - OPENED}


def test_a_level_opens_into_its_groups() -> None:
    [level] = folded(star(4000, 300)).piles
    opened = folded(star(4000, 300), [level.id])
    assert len(opened.piles) == 300
    assert not any(pile.whole for pile in opened.piles)
    group = Pile(Spot(1, "goods", "g7"))
    assert len(folded(star(4000, 300), [level.id, group.id]).shown) == 1 + 13 + 1


def test_a_mark_that_means_nothing_opens_nothing() -> None:
    assert folded(star(40), ["1.goods.never", "", "x" * 400]) == folded(star(40))


def test_arrows_that_became_one_say_no_quantity() -> None:
    spots = star(40)
    view = folded(spots)
    edges = redirected([("lot", f"s{n}", "1 pcs") for n in range(40)], view.stands_for())
    assert [(edge.source, edge.label) for edge in edges] == [("lot", "")]


@given(st.integers(0, 600), st.integers(1, 60), st.lists(st.integers(0, 60), max_size=4))
def test_every_card_is_shown_or_counted_once(lots: int, groups: int, some: list[int]) -> None:
    spots = star(lots, groups)
    opened = [Pile(Spot(1, "goods", f"g{n}")).id for n in some] + ["1.goods.all"][: len(some) % 2]
    view = folded(spots, opened)
    behind = [key for keys in view.piles.values() for key in keys]
    assert sorted([*view.shown, *behind]) == sorted(spots)
    assert "lot" in view.shown
    assert folded(spots).stands_for().keys() == spots.keys()
    assert len(folded(spots).shown) + len(folded(spots).piles) <= MOST_NODES + 1


# -- how it is drawn --------------------------------------------------------------------------------------------------


def nodes(*columns: int) -> Graph:
    cards = [
        Node(f"{level}-{n}", "goods", (f"原味酸奶 {n}", "LOT 1"), "held", f"/thing?id={n}", level=level)
        for level, count in enumerate(columns)
        for n in range(count)
    ]
    edges = [
        Edge(f"{level}-{n}", f"{level + 1}-{m}", "5 kg")
        for level in range(len(columns) - 1)
        for n in range(columns[level])
        for m in range(columns[level + 1])
        if (n + m) % 3 == 0
    ]
    return Graph(tuple(cards), tuple(edges))


@given(st.lists(st.integers(1, 12), min_size=1, max_size=6))
def test_no_card_covers_another_and_levels_run_from_left_to_right(columns: list[int]) -> None:
    layout = layout_of(nodes(*columns))
    assert len(layout.cards) == sum(columns)
    for one in layout.cards:
        assert one.x >= 0
        assert one.x + one.width <= layout.width
        assert one.y >= 0
        assert one.y + one.height <= layout.height
        for other in layout.cards:
            if one is not other:
                apart = one.y + one.height <= other.y or other.y + other.height <= one.y
                assert apart or one.x + one.width <= other.x or other.x + other.width <= one.x
            assert one.node.level >= other.node.level or one.x + one.width <= other.x


def test_lines_cross_less_than_as_they_came() -> None:
    tangled = Graph(
        tuple(Node(f"{side}{n}", "goods", (f"{n}",), level=level) for level, side in enumerate("ab") for n in range(8)),
        tuple(Edge(f"a{n}", f"b{7 - n}") for n in range(8)),
    )
    y = {card.node.id: card.y for card in layout_of(tangled).cards}
    turned = [(y[f"a{n}"] - y[f"a{m}"]) * (y[f"b{7 - n}"] - y[f"b{7 - m}"]) for n in range(8) for m in range(n)]
    assert all(product > 0 for product in turned)


def test_words_fit_their_cards() -> None:
    for text in ("Plain yoghurt 150 g in cups of the second line", "原味酸奶一百五十克装六连杯促销装特别版", "x" * 80):
        lines = wrapped(text, WIDTH - 14, 2)
        assert len(lines) <= 2
        assert all(width_of(line) <= WIDTH - 14 for line in lines)
    assert wrapped("x" * 80, WIDTH - 14, 2)[-1].endswith("…")


def test_names_are_words_and_no_code() -> None:
    bad = '<script>alert("1")</script>&\x07'
    layout = layout_of(Graph((Node(bad, "goods", (bad,), url=f'/x?"{bad}'),), ()))
    for text in (as_svg(layout, {}), as_svg_file(layout, bad)):
        assert "<script" not in text
        assert 'alert("1")' not in text
    assert as_png(layout).startswith(b"\x89PNG")
