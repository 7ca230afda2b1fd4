"""Labels of places: what a scanner reads off the paper."""

import pypdfium2
import pytest
import zxingcpp

from suyuan.ui.label_pdf import labels_pdf
from suyuan.ui.labels import STOCKS, Label
from tests.desk import company
from tests.desk.conftest import Hire, Sit

LINK = f"https://id.gs1.org/414/{company.PLANT}/254/C-01-03"


def read(pdf: bytes, scale: float = 3) -> list[list[str]]:
    """What is read from each page at `scale` × 72 dots an inch, in the order of the paper."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        found = [zxingcpp.read_barcodes(page.render(scale=scale).to_pil()) for page in document]
        return [[one.text for one in sorted(page, key=_where)] for page in found]
    finally:
        document.close()


def _where(code: zxingcpp.Barcode) -> tuple[int, int]:
    return (round(code.position.top_left.y / 40), code.position.top_left.x)


@pytest.mark.parametrize("stock", STOCKS)
def test_every_code_is_read_back(stock: str) -> None:
    links = [f"{LINK}-{n:02}" for n in range(STOCKS[stock].a_page + 1)]
    pages = read(labels_pdf([Label(link, link[-10:], "冷库 Cold store", "plant") for link in links], STOCKS[stock]))
    assert [sorted(page) for page in pages] == [sorted(links[:-1]), links[-1:]]


def test_long_names_stay_on_the_label() -> None:
    label = Label(LINK, "A-VERY-LONG-BIN-CODE-THAT-SOMEBODY-MADE", "很长的名字" * 30, "plant")
    assert read(labels_pdf([label], STOCKS["a4-small"])) == [[LINK]]


def test_selected_places(sit: Sit) -> None:
    client = sit("admin")
    keys = {"of": "selected", "key": ["PLANT|C-01-03", "EAST|IN"]}
    asked = client.post("/labels", keys).content.decode()
    assert "2 labels" in asked
    made = client.post("/labels", {**keys, "way": "thermal"})
    assert made["Content-Type"] == "application/pdf"
    pages = [page[0] for page in read(b"".join([made.content]))]
    assert pages[0].endswith(f"/414/{company.PLANT}/254/C-01-03")
    assert pages[1].endswith(f"/414/{company.EAST}/254/IN")


def test_all_that_the_list_shows(sit: Sit) -> None:
    made = sit("admin").post("/labels", {"of": "all", "query": "f.warehouse=east", "way": "thermal"})
    assert len(read(made.content)) == 4


def test_nothing_selected_and_no_right(sit: Sit, hire: Hire) -> None:
    assert sit("keeper").post("/labels", {"of": "all"}).status_code == 200  # who works there hangs them up
    assert sit("admin").post("/labels", {"of": "selected"}).status_code == 400
    assert hire("finance").post("/labels", {"of": "all"}).status_code == 403
    assert sit("admin").get("/labels").status_code == 405
