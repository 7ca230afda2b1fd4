#!/usr/bin/env python3
"""Set everything up in this checkout with nothing but python3 and its venv module: packages, node, front end, messages,
static files.

Each stage leaves a stamp, the hash of what it was made from, so that a second call does nothing; a changed lock file
redoes its stage. The user's pip and npm configuration and the system's certificates are respected; no address of a
registry stands in this repository.
"""

import ast
import hashlib
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
BIN = VENV / "bin"
STAMPS = VENV / "stamps"
FRONTEND = ROOT / "frontend"
STATIC = ROOT / "src" / "suyuan" / "static"
CERTIFICATES = ("/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem")


def fail(sentence: str) -> None:
    sys.exit(f"setup: {sentence}")


def digest(paths: Iterable[Path], *words: str) -> str:
    """What a stage is made from: the bytes of files and of all files in folders, and some words."""
    total = hashlib.sha256("\0".join(words).encode())
    for path in paths:
        files = sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]
        for file in files:
            total.update(file.relative_to(ROOT).as_posix().encode() + b"\0" + file.read_bytes() + b"\0")
    return total.hexdigest()


def run(*command: str | Path, cwd: Path = ROOT) -> None:
    done = subprocess.run([str(part) for part in command], cwd=cwd, check=False)
    if done.returncode:
        fail(f"{Path(command[0]).name} {' '.join(map(str, command[1:3]))} failed; what it printed above says why")


def stage(name: str, made_from: str, work: Callable[[], None], there: Sequence[Path] = ()) -> None:
    """Do `work` unless its stamp holds `made_from` and what it makes is `there`."""
    stamp = STAMPS / name
    if stamp.is_file() and stamp.read_text() == made_from and all(path.exists() for path in there):
        return
    print(f"setup: {name} …", flush=True)
    begun = time.monotonic()
    stamp.unlink(missing_ok=True)
    work()
    STAMPS.mkdir(parents=True, exist_ok=True)
    stamp.write_text(made_from)
    print(f"setup: {name} done in {time.monotonic() - begun:.1f} s", flush=True)


def make_venv() -> None:
    """A new one where there is none, or where this one was made elsewhere or by another Python; one that works is
    kept."""
    stamp = STAMPS / "venv"
    if not stamp.exists() and (BIN / "python").exists():
        return
    done = subprocess.run([sys.executable, "-m", "venv", "--clear", str(VENV)], check=False)
    if done.returncode:
        fail("python3 cannot make a virtual environment; on Debian install the package python3-venv")


def certificates() -> None:
    """Point pip and node at the system's certificates, where the user has not pointed them elsewhere; uv has a switch
    for it."""
    bundle = next(
        (path for path in (os.environ.get("SSL_CERT_FILE"), *CERTIFICATES) if path and Path(path).is_file()), None
    )
    if bundle:
        os.environ.setdefault("NODE_EXTRA_CA_CERTS", bundle)
        if "cert" not in pip_config():
            os.environ.setdefault("PIP_CERT", bundle)
    os.environ.setdefault("UV_SYSTEM_CERTS", "1")


def caches() -> None:
    """A user without a writable home (a service account) keeps the caches in the checkout."""
    home = Path(os.path.expanduser("~"))
    if not os.access(home, os.W_OK):
        os.environ.setdefault("UV_CACHE_DIR", str(ROOT / "build" / "cache" / "uv"))
        os.environ.setdefault("PIP_CACHE_DIR", str(ROOT / "build" / "cache" / "pip"))
        os.environ.setdefault("npm_config_cache", str(ROOT / "build" / "cache" / "npm"))


def pip_config() -> dict[str, list[str]]:
    """pip's configuration from its files and from PIP_*, which wins: option → words."""
    listed = subprocess.run(
        [BIN / "python", "-m", "pip", "config", "list"], capture_output=True, text=True, check=False
    ).stdout
    found: dict[str, list[str]] = {}
    for line in sorted(listed.splitlines(), key=lambda line: line.startswith(":env:")):
        name, _, value = line.partition("=")
        if name.split(".")[0] in ("global", "install", ":env:"):
            found[name.split(".", 1)[1]] = str(ast.literal_eval(value)).split()
    return found


def indexes_for_uv() -> None:
    """uv does not read pip's configuration: hand it on, with pip's rule that all indexes count alike (hashes guard what
    comes)."""
    config = pip_config()
    given = {
        "UV_DEFAULT_INDEX": config.get("index-url", []),
        "UV_INDEX": config.get("extra-index-url", []),
        "UV_FIND_LINKS": [",".join(config.get("find-links", []))] if "find-links" in config else [],
        "UV_INSECURE_HOST": config.get("trusted-host", []),
        "UV_NO_INDEX": ["1"] if config.get("no-index") in (["true"], ["1"]) else [],
    }
    for name, words in given.items():
        if words:
            os.environ.setdefault(name, " ".join(words))
    os.environ.setdefault("UV_INDEX_STRATEGY", "unsafe-best-match")


def install_uv() -> None:
    run(
        BIN / "python",
        "-m",
        "pip",
        "install",
        "--quiet",
        "--require-hashes",
        "--no-deps",
        "-r",
        ROOT / "requirements" / "uv.txt",
    )


def sync(lock: Path) -> None:
    indexes_for_uv()
    run(BIN / "uv", "pip", "sync", "--quiet", "--require-hashes", "--python", BIN / "python", lock)
    (STAMPS / "package").unlink(missing_ok=True)  # sync removed what the lock does not name


def install_package() -> None:
    run(
        BIN / "uv",
        "pip",
        "install",
        "--quiet",
        "--no-deps",
        "--no-build-isolation",
        "--offline",
        "--python",
        BIN / "python",
        "-e",
        ROOT,
    )


def install_node_packages() -> None:
    quiet = ("--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error")
    run(BIN / "npm", "ci", "--ignore-scripts", *quiet, cwd=FRONTEND)


def build_front_end() -> None:
    run(BIN / "npm", "run", "--silent", "build", "--", "--logLevel=warn", cwd=FRONTEND)


def collect_static() -> None:
    run(BIN / "suyuan", "django", "collectstatic", "--noinput", "--clear", "--verbosity=0")


def main(dev: bool) -> None:
    if sys.version_info < (3, 11):  # noqa: UP036  # read by the Python that the user happens to have
        fail(f"Suyuan needs Python 3.11 or newer; {sys.executable} is {sys.version.split()[0]}")
    os.environ["PATH"] = f"{BIN}{os.pathsep}{os.environ['PATH']}"
    os.environ.pop("PYTHONPATH", None)
    os.environ.pop("PYTHONHOME", None)
    caches()
    stage("venv", f"{ROOT} {sys.version_info[:2]}", make_venv, [BIN / "python"])
    lock = ROOT / "requirements" / ("dev.txt" if dev or (STAMPS / "developer").exists() else "run.txt")
    locks = FRONTEND / "package-lock.json"
    front = [FRONTEND / "src", FRONTEND / "vite.config.ts", locks]
    catalogues = sorted((ROOT / "src" / "suyuan" / "locale").rglob("*.po"))
    if not (STAMPS / "packages").exists() or dev:
        certificates()
    stage("uv", digest([ROOT / "requirements" / "uv.txt"]), install_uv, [BIN / "uv"])
    stage("packages", digest([lock]), lambda: sync(lock))
    if dev:
        (STAMPS / "developer").touch()
    stage("package", digest([ROOT / "pyproject.toml"]), install_package, [BIN / "suyuan"])
    stage("node-packages", digest([locks]), install_node_packages, [FRONTEND / "node_modules"])
    stage("front-end", digest(front), build_front_end, [STATIC / "built" / "manifest.json"])
    compiled = [path.with_suffix(".mo") for path in catalogues]
    stage(
        "messages",
        digest(catalogues),
        lambda: run(BIN / "python", ROOT / "scripts" / "messages.py", "compile"),
        compiled,
    )
    kept = sorted(path for path in (ROOT / "src" / "suyuan").glob("*/static") if path.is_dir())
    stage("static-files", digest([*front, *kept, lock]), collect_static, [STATIC / "collected"])


if __name__ == "__main__":
    main(dev="--dev" in sys.argv[1:])
