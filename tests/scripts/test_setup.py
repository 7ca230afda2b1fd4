"""Set-up hands the user's configuration on to tools that do not read it, and redoes only what changed."""

import importlib.util
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "setup.py"


@pytest.fixture
def setup(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> ModuleType:
    """The script as a module, with its stamps elsewhere and no configuration but what the test gives."""
    for name in [name for name in os.environ if name.startswith(("PIP_", "UV_", "NODE_", "SSL_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("HOME", str(tmp_path))
    spec = importlib.util.spec_from_file_location("setup_script", SCRIPT)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "STAMPS", tmp_path / "stamps")
    return module


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    before = dict(os.environ)
    yield
    os.environ.clear()
    os.environ.update(before)


def test_uv_gets_the_indexes_of_pip(setup: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = tmp_path / "pip.conf"
    config.write_text(
        "[global]\nindex-url = https://mirror.example/simple\nextra-index-url =\n  https://a.example/simple\n"
        "  https://b.example/simple\ntrusted-host = mirror.example\nfind-links = /srv/wheels\n"
    )
    monkeypatch.setenv("PIP_CONFIG_FILE", str(config))
    setup.indexes_for_uv()
    assert os.environ["UV_DEFAULT_INDEX"] == "https://mirror.example/simple"
    assert os.environ["UV_INDEX"] == "https://a.example/simple https://b.example/simple"
    assert os.environ["UV_INSECURE_HOST"] == "mirror.example"
    assert os.environ["UV_FIND_LINKS"] == "/srv/wheels"


def test_the_environment_wins_over_a_file(setup: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = tmp_path / "pip.conf"
    config.write_text("[global]\nindex-url = https://file.example/simple\n")
    monkeypatch.setenv("PIP_CONFIG_FILE", str(config))
    monkeypatch.setenv("PIP_INDEX_URL", "https://environment.example/simple")
    setup.indexes_for_uv()
    assert os.environ["UV_DEFAULT_INDEX"] == "https://environment.example/simple"


def test_what_the_user_set_for_uv_stays(setup: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_INDEX_URL", "https://pip.example/simple")
    monkeypatch.setenv("UV_DEFAULT_INDEX", "https://uv.example/simple")
    setup.indexes_for_uv()
    assert os.environ["UV_DEFAULT_INDEX"] == "https://uv.example/simple"


def test_node_and_pip_get_the_certificates_of_the_system(
    setup: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bundle = tmp_path / "bundle.pem"
    bundle.touch()
    monkeypatch.setenv("SSL_CERT_FILE", str(bundle))
    setup.certificates()
    assert os.environ["NODE_EXTRA_CA_CERTS"] == os.environ["PIP_CERT"] == str(bundle)
    assert os.environ["UV_SYSTEM_CERTS"] == "1"


def test_a_stage_runs_again_only_when_what_it_is_made_from_changed(setup: ModuleType, tmp_path: Path) -> None:
    done: list[str] = []
    for made_from in ("a", "a", "b"):
        setup.stage("packages", made_from, lambda: done.append("work"))
    assert len(done) == 2
    setup.stage("packages", "b", lambda: done.append("work"), [tmp_path / "missing"])
    assert len(done) == 3


def test_a_stage_that_failed_runs_again(setup: ModuleType) -> None:
    with pytest.raises(SystemExit, match="false"):
        setup.stage("packages", "a", lambda: setup.run("false"))
    done: list[str] = []
    setup.stage("packages", "a", lambda: done.append("work"))
    assert done


def test_lock_files_name_hashes_and_no_address() -> None:
    root = SCRIPT.parents[1]
    locks = [*(root / "requirements").glob("*.txt"), root / "frontend" / "package-lock.json"]
    assert len(locks) == 4
    for lock in locks:
        text = lock.read_text()
        assert '"resolved": "http' not in text
        assert "--index-url" not in text
        assert "sha512-" in text if lock.suffix == ".json" else "--hash=sha256:" in text


def test_scripts_are_shell_that_stops_at_errors() -> None:
    for script in [*SCRIPT.parent.glob("*.sh"), SCRIPT.parents[1] / ".ci" / "run"]:
        assert "set -euo pipefail" in script.read_text() or script.name == "check.sh"
        subprocess.run(["bash", "-n", script], check=True)
