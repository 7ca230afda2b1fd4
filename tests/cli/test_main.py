"""The command line as a user meets it: sentences instead of tracebacks, exit codes, the reader's language."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

SUYUAN = Path(sys.executable).with_name("suyuan")
PATIENCE = 120  # seconds until a hanging test gives up


def suyuan(home: Path, *words: str, **env: str) -> subprocess.CompletedProcess[str]:
    clean = {
        key: value for key, value in os.environ.items() if not key.startswith(("SUYUAN_", "LC_", "LANG", "DJANGO_"))
    }
    return subprocess.run(
        [SUYUAN, *words],
        env={**clean, "SUYUAN_HOME": str(home), **env},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


def test_migrate_makes_the_database(tmp_path: Path) -> None:
    done = suyuan(tmp_path, "migrate", "--quiet")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert (tmp_path / "suyuan.sqlite3").stat().st_size > 0


def test_help_lists_the_commands(tmp_path: Path) -> None:
    done = suyuan(tmp_path, "--help")
    assert done.returncode == 0
    assert "migrate" in done.stdout
    assert "serve" in done.stdout


@pytest.mark.parametrize(
    ("words", "env", "said"),
    [
        (["migrat"], {}, "did you mean suyuan migrate?"),
        (["migrate"], {"SUYUAN_DEBUG": "maybe"}, "SUYUAN_DEBUG=maybe is not usable: write on or off."),
        (["migrate"], {"SUYUAN_DATABASE_URL": "postgresql://u:secret@127.0.0.1:1/x"}, "The database does not answer"),
        (["serve"], {}, "run `suyuan migrate` first"),
    ],
)
def test_a_refusal_is_one_sentence(tmp_path: Path, words: list[str], env: dict[str, str], said: str) -> None:
    done = suyuan(tmp_path, *words, **env)
    assert done.returncode == 2
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1, done.stderr
    assert "secret" not in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("words", "env"),
    [
        (["--lang", "zh-hans"], {"LANG": "en_GB.UTF-8"}),
        ([], {"LANG": "zh_CN.UTF-8"}),
        ([], {"LC_ALL": "zh_TW", "LANG": "C"}),
    ],
)
def test_the_reader_of_chinese_reads_chinese(tmp_path: Path, words: list[str], env: dict[str, str]) -> None:
    done = suyuan(tmp_path, *words, "migrat", **env)
    assert done.returncode == 2
    assert "不存在" in done.stderr
