"""Pictures of charts as they stand on a page."""

from xml.etree.ElementTree import fromstring

from suyuan.ui.drawing import Box, Dot, Label, Path, Picture, svg


def test_each_shape_is_drawn() -> None:
    shapes = (
        Path(((0, 1.26), (10, 20.5)), "s0"),
        Box(1.04, 2, 3, 4, "grid", "a < b"),
        Dot(5.5, 6, "alarm", "7.1", 2.5),
        Label(1, 2, "<b>"),
    )
    drawn = fromstring(str(svg(Picture("“A & B”", 640, 200.5, shapes))))
    assert drawn.attrib["viewBox"] == "0 0 640.0 200.5"
    assert [one.tag for one in drawn] == ["title", "polyline", "rect", "circle", "text"]
    line, box, dot, text = list(drawn)[1:]
    assert line.attrib["points"] == "0.0,1.3 10.0,20.5"
    assert (box.attrib["x"], box.findtext("title")) == ("1.0", "a < b")
    assert (dot.attrib["cx"], dot.attrib["r"]) == ("5.5", "2.5")
    assert text.text == "<b>"
