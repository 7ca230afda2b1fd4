"""Settings from the environment: everything wrong is named at once, nothing is guessed, secrets are made once and never
shown."""

import stat
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suyuan.config.options import Options, load, names, shown
from suyuan.gs1.problems import Problem, Refused
from suyuan.ui.problems import sentence


def refusals(environ: Mapping[str, str]) -> tuple[Problem, ...]:
    with pytest.raises(Refused) as refused:
        load(environ)
    return refused.value.problems


def options(home: Path, **more: str) -> Options:
    return load({"SUYUAN_HOME": str(home), "PATH": "/bin", **{f"SUYUAN_{name}": text for name, text in more.items()}})


def test_it_works_without_settings(tmp_path: Path) -> None:
    found = options(tmp_path / "new" / "home")
    assert found.database_url == f"sqlite:///{tmp_path}/new/home/suyuan.sqlite3"
    assert found.origin == "https://id.suyuan.example"
    assert found.allowed_hosts == ("localhost", "127.0.0.1", "[::1]")
    assert found.capture_limit_bytes == 32 * 1024 * 1024
    assert (found.language, found.time_zone, found.debug, found.https) == ("zh-hans", "Asia/Shanghai", False, False)


def test_the_secret_key_is_made_once_and_read_by_its_owner_alone(tmp_path: Path) -> None:
    first = options(tmp_path).secret_key
    assert len(first) >= 64
    assert options(tmp_path).secret_key == first
    assert stat.S_IMODE((tmp_path / "secret-key").stat().st_mode) == 0o600
    assert options(tmp_path / "other").secret_key != first


def test_everything_wrong_is_named_at_once(tmp_path: Path) -> None:
    wrong = {
        "SUYUAN_HOME": str(tmp_path),
        "SUYUAN_DEBG": "1",
        "SUYUAN_DEBUG": "perhaps",
        "SUYUAN_TIME_ZONE": "Asia/Peking",
        "SUYUAN_CAPTURE_LIMIT_EVENTS": "-3",
        "SUYUAN_LANGUAGE": "",
    }
    found = refusals(wrong)
    assert [(problem.code, problem.field) for problem in found] == [
        ("config.setting_unknown", "SUYUAN_DEBG"),
        ("config.setting_empty", "SUYUAN_LANGUAGE"),
        ("config.time_zone_wrong", "SUYUAN_TIME_ZONE"),
        ("config.flag_wrong", "SUYUAN_DEBUG"),
        ("config.count_wrong", "SUYUAN_CAPTURE_LIMIT_EVENTS"),
    ]
    assert found[0].params["near"] == "SUYUAN_DEBUG"
    sentences = [sentence(problem, "en") for problem in found]
    assert all("\n" not in text and problem.field in text for text, problem in zip(sentences, found, strict=True))
    assert not list(tmp_path.iterdir()), "a refused start leaves nothing behind"


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        ("DATABASE_URL", "mysql://h/d", "config.database_wrong"),
        ("DATABASE_URL", "nonsense", "config.database_wrong"),
        ("DATABASE_URL", "postgresql://h:12x/d", "config.database_wrong"),
        ("DATABASE_URL", "postgresql://u:p@h", "config.database_name_wrong"),
        ("SECRET_KEY", "short", "config.secret_key_wrong"),
        ("ORIGIN", "id.example.com", "config.origin_wrong"),
        ("ORIGIN", "https://id.example.com/path", "config.origin_wrong"),
        ("ORIGIN", "https://id.example.com:port", "config.origin_wrong"),
        ("ALLOWED_HOSTS", "https://example.com", "config.hosts_wrong"),
        ("ALLOWED_HOSTS", "a,,b", "config.hosts_wrong"),
        ("LANGUAGE", "fr", "config.language_wrong"),
        ("DATABASE_POOL", "0", "config.count_wrong"),
        ("HTTPS", "2", "config.flag_wrong"),
        ("PRINTER_NETWORKS", "192.168.0.1/16", "config.networks_wrong"),
        ("PRINTER_NETWORKS", "printers.example", "config.networks_wrong"),
        ("PRINTER_PORTS", "9100-80", "config.ports_wrong"),
        ("PRINTER_PORTS", "0", "config.ports_wrong"),
    ],
)
def test_a_wrong_value_is_refused(tmp_path: Path, name: str, text: str, code: str) -> None:
    found = refusals({"SUYUAN_HOME": str(tmp_path), f"SUYUAN_{name}": text})
    assert [(problem.code, problem.field) for problem in found] == [(code, f"SUYUAN_{name}")]


def test_the_origin_is_fixed_at_installation(tmp_path: Path) -> None:
    assert options(tmp_path, ORIGIN="https://ID.Example.com/").origin == "https://id.example.com"
    assert options(tmp_path).origin == "https://id.example.com"
    assert options(tmp_path, ORIGIN="https://id.example.com").origin == "https://id.example.com"
    (problem,) = refusals({"SUYUAN_HOME": str(tmp_path), "SUYUAN_ORIGIN": "https://other.example"})
    assert problem.code == "config.origin_fixed"
    assert problem.params["fixed"] == "https://id.example.com"


def test_a_home_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (problem,) = refusals({"SUYUAN_HOME": str(tmp_path / "file" / "home")})
    assert problem.code == "config.home_unwritable"


@given(password=st.text(st.characters(categories=["L", "N"]), min_size=6))
def test_a_password_is_never_shown(password: str) -> None:
    assert password not in shown("SUYUAN_DATABASE_URL", f"postgresql://clerk:{password}@db.example:x/db").replace(
        "postgresql", ""
    )
    assert password not in shown("SUYUAN_SECRET_KEY", password)


def test_every_setting_is_documented() -> None:
    page = (Path(__file__).resolve().parents[2] / "docs" / "settings.md").read_text()
    rows = [line.split("|")[1].strip(" `") for line in page.splitlines() if line.startswith("| `SUYUAN_")]
    assert sorted(rows) == sorted(names())
    for name, (default, _) in names().items():
        row = next(line for line in page.splitlines() if line.startswith(f"| `{name}`"))
        assert name == "SUYUAN_HOME" or not default or f"`{default}`" in row, row
