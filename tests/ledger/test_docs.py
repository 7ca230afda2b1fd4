"""The program in docs/proof.md is what an outsider runs: it accepts what is true and nothing else."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from suyuan.ledger.keeping import Keeping
from suyuan.ledger.proofs import proof_text, take_record
from suyuan.ledger.queries import verifier_of
from suyuan.ledger.sequencer import sequence
from tests.ledger.records import NOW, key_of, record

PAGE = Path(__file__).resolve().parents[2] / "docs" / "proof.md"


def program() -> str:
    (code,) = re.findall(r"```python\n(.*?)```", PAGE.read_text(), re.DOTALL)
    return str(code)


def test_it_fits_on_a_page() -> None:
    assert len(program().strip().splitlines()) <= 60
    assert "suyuan" not in program()


@pytest.mark.django_db
def test_an_outsider_checks_a_proof(kept: Keeping, tmp_path: Path) -> None:
    record(0, 7)
    sequence(NOW, kept=kept)
    (tmp_path / "check.py").write_text(program())

    def check(proof: str, body: bytes, vkey: str) -> tuple[int, str]:
        (tmp_path / "proof").write_text(proof)
        (tmp_path / "body").write_bytes(body)
        words = [sys.executable, "check.py", vkey, "proof", "body"]
        done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout + done.stderr

    vkey = verifier_of("a", kept).vkey
    body, proof = take_record("a", key_of(6)).body or b"", proof_text("a", key_of(6), kept)
    assert check(proof, body, vkey) == (0, "recorded 2026-11-01T08:00:00.000000Z, unchanged: leaf 6 of 7\n")
    other = proof_text("a", key_of(5), kept)
    for false, said in (
        (check(proof, body + b" ", vkey), "not the one that was recorded"),
        (check(proof.replace("index 6", "index 4"), body, vkey), "the path is too"),
        (check(proof.replace("\n7\n", "\n8\n"), body, vkey), "InvalidSignature"),
        (check(other, body, vkey), "not the one that was recorded"),
        (check(proof, body, vkey.replace("log/a", "log/b")), "not the one its id says"),
        (check(proof, body, kept.new_signer("b").verifier.vkey), "has not signed"),
    ):
        assert false[0] != 0
        assert said in false[1]
