"""The handbook: the same in both languages, nothing in it leads nowhere, and each page of the menu has its own."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.urls import Resolver404, resolve, reverse

from suyuan.desk.access import BELOW, PAGES
from suyuan.desk.handbook_pages import ABOUT, FOLDER, INDEX, NAMES, about, anchor, folder, read
from tests.desk.conftest import Sit

LANGUAGES = ("zh-hans", "en")
FILES = sorted(FOLDER.glob("*/*.md"))
HEADING = re.compile(r"^(#+) (.+)$", re.MULTILINE)
CODE = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\]\(([^)]*)\)")


def each_file() -> pytest.MarkDecorator:
    return pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")


def headings(path: Path) -> list[str]:
    return [level for level, _title in HEADING.findall(path.read_text(encoding="utf-8"))]


def anchors(path: Path) -> set[str]:
    return {anchor(title) for _level, title in HEADING.findall(path.read_text(encoding="utf-8"))}


def test_it_works(sit: Sit) -> None:
    client = sit("keeper")
    shown = client.get("/help/receiving").content.decode()
    assert "<h1" in shown
    assert "Record the receipt" in shown
    assert '<a href="/receiving"><code>/receiving</code></a>' in shown
    assert 'href="/help/data#suppliers-and-their-papers"' in shown
    assert all(f'href="{read(name, "en").url}"' in shown for name in NAMES)


def test_it_speaks_the_readers_language(sit: Sit) -> None:
    client = sit("keeper")
    client.post("/language", {"language": "zh-hans"})
    assert "提交收货" in client.get("/help/receiving").content.decode()


def test_what_is_not_there_is_not_found(sit: Sit) -> None:
    client = sit("keeper")
    assert [client.get(f"/help/{name}").status_code for name in ("nothing", "style", "Start")] == [404, 404, 404]


def test_the_frame_leads_to_the_page_that_fits(sit: Sit) -> None:
    assert 'href="/help/shipping"' in sit("keeper").get("/shipping").content.decode()
    assert [about(url) for url in ("/", "/people/roles", "/thing", "/accounts")] == [
        "/help/find", "/help/people", "/help/find", "/help/find",
    ]  # fmt: skip


def test_every_page_of_the_menu_has_help() -> None:
    urls = [reverse(name) for name, *_rest in PAGES] + [url for urls in BELOW.values() for url in urls]
    named = [begin for begin in ABOUT if begin != "/"]
    without = [url for url in urls if url != "/" and not any(f"{url}/".startswith(f"{one}/") for one in named)]
    assert without == [], "write about them in the handbook and name the page in ABOUT (CONTRIBUTING.md says how)"
    assert set(ABOUT.values()) <= set(NAMES)


def test_the_index_speaks_of_every_page() -> None:
    for language in LANGUAGES:
        said = LINK.findall((folder(language) / f"{INDEX}.md").read_text(encoding="utf-8"))
        assert {f"{name}.md" for name in NAMES if name != INDEX} <= set(said)


def test_both_languages_have_the_same_pages() -> None:
    assert {path.name for path in FILES} == {f"{name}.md" for name in NAMES}
    assert len(FILES) == len(LANGUAGES) * len(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_both_languages_have_the_same_parts(name: str) -> None:
    zh, en = (headings(folder(language) / f"{name}.md") for language in LANGUAGES)
    assert zh == en
    assert en[0] == "#"
    assert en.count("#") == 1


@each_file()
def test_links_lead_somewhere(path: Path) -> None:
    broken = []
    for link in LINK.findall(path.read_text(encoding="utf-8")):
        target, _mark, part = link.partition("#")
        found = path.parent / target
        if not re.fullmatch(r"[a-z]+\.md", target) or not found.exists() or (part and part not in anchors(found)):
            broken.append(link)
    assert broken == []


@each_file()
def test_addresses_are_ours(path: Path) -> None:
    """What begins with a slash, alone or behind a method, is a page or an interface there is."""
    told = [re.sub(r"^(GET|POST) ", "", code) for code in CODE.findall(path.read_text(encoding="utf-8"))]
    unknown = []
    for address in (text for text in told if text.startswith("/") and text != "/"):
        try:
            resolve(address)
        except Resolver404:
            unknown.append(address)
    assert unknown == []


@each_file()
def test_it_holds_no_html_and_no_picture(path: Path) -> None:
    html = read(path.stem, "zh-hans" if path.parent.name == "zh" else "en").html
    seen = Tags()
    seen.feed(html)
    assert seen.found <= {
        "h1", "h2", "h3", "p", "ul", "ol", "li", "a", "code", "pre", "strong", "em", "div", "table", "thead", "tbody",
        "tr", "th", "td",
    }  # fmt: skip


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.add(tag)


def test_html_in_a_source_is_shown_not_done(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "en").mkdir()
    (tmp_path / "en" / "odd.md").write_text(
        "# Odd\n\n<script>alert(1)</script> ![x](y.png) [no](javascript:alert(1)) <b>bold</b>\n"
    )
    monkeypatch.setattr("suyuan.desk.handbook_pages.FOLDER", tmp_path)
    html = read("odd", "en").html
    assert "<script" not in html
    assert "<img" not in html
    assert "<b>" not in html
    assert 'href="javascript' not in html
