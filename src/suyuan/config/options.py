"""Every setting of the installation, read once from the environment into one typed object."""

import difflib
import os
import re
import secrets
import zoneinfo
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import TypeVar, cast

from environ import Env

from suyuan.config.messages import MESSAGES
from suyuan.gs1.problems import Problem, Refused
from suyuan.ui.problems import register

register(MESSAGES)

T = TypeVar("T")
PREFIX = "SUYUAN_"
NOT_OURS = frozenset({"SUYUAN_SHARED", "SUYUAN_WRITE_CONFORMANCE"})  # read by the conformance tests alone
LANGUAGES = ("zh-hans", "en")
CHECKOUT = Path(__file__).resolve().parents[3]


def setting(read: Callable[[str], T], default: str, says: str) -> T:
    """A field of Options: how its text is read, its default as text, and what it is for. `read` raises
    ValueError(word), and the sentence is config.<word>_wrong."""
    return cast(T, field(metadata={"read": read, "default": default, "says": says}))


def default_home() -> str:
    """`var/` of a source checkout, else the user's data folder."""
    if (CHECKOUT / "pyproject.toml").is_file():
        return str(CHECKOUT / "var")
    data = os.environ.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    return str(Path(data) / "suyuan")


def read_path(text: str) -> Path:
    return Path(text).expanduser().resolve()


def read_flag(text: str) -> bool:
    flags = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}
    if text.lower() not in flags:
        raise ValueError("flag")
    return flags[text.lower()]


def read_count(text: str) -> int:
    if not re.fullmatch(r"[1-9][0-9]{0,11}", text):
        raise ValueError("count")
    return int(text)


def read_hosts(text: str) -> tuple[str, ...]:
    hosts = tuple(host.strip() for host in text.split(","))
    if not all(re.fullmatch(r"\*|\.?[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*|\[[0-9A-Fa-f:]+\]", host) for host in hosts):
        raise ValueError("hosts")
    return hosts


def read_origin(text: str) -> str:
    if not re.fullmatch(r"https?://[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*(:[0-9]{1,5})?/?", text):
        raise ValueError("origin")
    return text.lower().rstrip("/")


def read_issuer(text: str) -> str:
    """An empty text stands for no single sign-on."""
    if text and not re.fullmatch(r"https?://[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*(:[0-9]{1,5})?(/[A-Za-z0-9._~/-]*)?", text):
        raise ValueError("issuer")
    return text


def read_networks(text: str) -> tuple[IPv4Network | IPv6Network, ...]:
    try:
        return tuple(ip_network(part.strip()) for part in text.split(","))
    except ValueError as error:
        raise ValueError("networks") from error


def read_proxies(text: str) -> tuple[IPv4Network | IPv6Network, ...]:
    """An empty text stands for none."""
    return read_networks(text) if text else ()


def read_ports(text: str) -> frozenset[int]:
    """Single ones and ranges."""
    found: set[int] = set()
    for part in text.split(","):
        match = re.fullmatch(r"\s*([0-9]{1,5})(?:-([0-9]{1,5}))?\s*", part)
        first, last = (int(match[1]), int(match[2] or match[1])) if match else (0, 0)
        if not 1 <= first <= last <= 65535:
            raise ValueError("ports")
        found.update(range(first, last + 1))
    return frozenset(found)


def read_language(text: str) -> str:
    if text.lower() not in LANGUAGES:
        raise ValueError("language")
    return text.lower()


def read_time_zone(text: str) -> str:
    if text not in zoneinfo.available_timezones():
        raise ValueError("time_zone")
    return text


def read_database(text: str) -> str:
    """An empty text stands for the SQLite file in SUYUAN_HOME."""
    if not text:
        return text
    if not re.match(r"(sqlite|postgres|postgresql)://", text):
        raise ValueError("database")
    try:
        named = bool(Env.db_url_config(text)["NAME"])
    except (KeyError, ValueError) as error:
        raise ValueError("database") from error
    if not named:
        raise ValueError("database_name")
    return text


def read_secret(text: str) -> str:
    """An empty text stands for the key kept in SUYUAN_HOME."""
    if text and len(text) < 32:
        raise ValueError("secret_key")
    return text


def read_mail(text: str) -> str:
    """An empty text stands for files in SUYUAN_HOME."""
    if text and not re.fullmatch(r"smtp(\+tls|\+ssl)?://([^@/\s]+@)?[A-Za-z0-9.-]+(:[0-9]{1,5})?/?|console://", text):
        raise ValueError("mail")
    return text


def read_declared(text: str) -> tuple[str, ...]:
    """Host names or addresses, as they stand in an address; none where nothing is said."""
    hosts = tuple(host.strip().lower() for host in text.split(",")) if text else ()
    if not all(re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)*|[0-9a-f:]+", host) for host in hosts):
        raise ValueError("declared")
    return hosts


@dataclass(frozen=True, slots=True)
class Options:
    """The installation. Each field is the environment variable SUYUAN_<NAME>; docs/settings.md says the same, by
    test."""

    home: Path = setting(
        read_path, default_home(), "folder for everything the installation keeps: database, keys, tiles, files"
    )
    database_url: str = setting(
        read_database, "", "the database, sqlite or postgresql; default suyuan.sqlite3 in SUYUAN_HOME"
    )
    database_pool: int = setting(read_count, "8", "most connections a process opens to PostgreSQL")
    secret_key: str = setting(
        read_secret, "", "signs sessions and forms; default generated once into SUYUAN_HOME/secret-key"
    )
    origin: str = setting(
        read_origin,
        "https://id.suyuan.example",
        "web origin under which things without a GS1 key are named; fixed at installation",
    )
    allowed_hosts: tuple[str, ...] = setting(
        read_hosts, "localhost,127.0.0.1,[::1]", "host names the web server answers to"
    )
    https: bool = setting(
        read_flag,
        "off",
        "on behind a proxy that speaks TLS: secure cookies, HSTS, and its X-Forwarded-Proto is believed",
    )
    proxies: tuple[IPv4Network | IPv6Network, ...] = setting(
        read_proxies, "", "proxies in front whose X-Forwarded-For is believed; without any, it is not"
    )
    language: str = setting(read_language, "zh-hans", "language of a reader who chose none: zh-hans or en")
    time_zone: str = setting(read_time_zone, "Asia/Shanghai", "time zone of a site that names none")
    oidc_issuer: str = setting(
        read_issuer, "", "address of the OpenID Connect provider for single sign-on; without it there is none"
    )
    oidc_client: str = setting(str, "", "client id under which the provider knows this installation")
    oidc_secret: str = setting(str, "", "client secret that the provider gave")
    oidc_name: str = setting(str, "SSO", "what the button at the login calls the provider")
    debug: bool = setting(read_flag, "off", "error pages for developers; never on a machine others can reach")
    capture_limit_bytes: int = setting(read_count, "33554432", "largest document the capture door accepts, in bytes")
    capture_limit_events: int = setting(read_count, "20000", "most events the capture door accepts in one document")
    printer_networks: tuple[IPv4Network | IPv6Network, ...] = setting(
        read_networks,
        "10.0.0.0/8,172.16.0.0/12,192.168.0.0/16,fc00::/7",
        "networks in which label printers may be; nothing else is connected to",
    )
    printer_ports: frozenset[int] = setting(read_ports, "9100", "ports on which label printers may listen")
    web_url: str = setting(
        read_origin, "http://localhost:8000", "address under which people open the pages; stands in mails"
    )
    mail_url: str = setting(read_mail, "", "the mail server; default files in the folder mail of SUYUAN_HOME")
    mail_from: str = setting(str, "Suyuan <suyuan@localhost>", "from whom mails come")
    webhook_hosts: tuple[str, ...] = setting(
        read_declared, "", "hosts of the house that webhooks may lead to, by http as well; else https and public only"
    )


def names() -> dict[str, tuple[str, str]]:
    """Environment variable → (default as text, what it is for), in the order of Options."""
    return {PREFIX + f.name.upper(): (f.metadata["default"], f.metadata["says"]) for f in fields(Options)}


def unknown(environ: Mapping[str, str]) -> list[Problem]:
    known = names()
    strangers = sorted(
        name for name in environ if name.startswith(PREFIX) and name not in known and name not in NOT_OURS
    )
    return [
        Problem(
            "config.setting_unknown",
            name,
            {"name": name, "near": (difflib.get_close_matches(name, known, 1, 0) or [""])[0]},
        )
        for name in strangers
    ]


def shown(name: str, text: str) -> str:
    """A value fit to print: no password, no key."""
    if name.endswith(("SECRET_KEY", "SECRET")):
        return "…"
    return re.sub(r"(://[^:/@]*):[^@]*@", r"\1:…@", text)


def read_all(environ: Mapping[str, str]) -> tuple[dict[str, object], list[Problem]]:
    values: dict[str, object] = {}
    problems: list[Problem] = []
    for option in fields(Options):
        name = PREFIX + option.name.upper()
        text = environ.get(name, option.metadata["default"]).strip()
        if name in environ and not text:
            problems.append(Problem("config.setting_empty", name, {"name": name}))
            continue
        try:
            values[option.name] = option.metadata["read"](text)
        except ValueError as error:
            problems.append(Problem(f"config.{error}_wrong", name, {"name": name, "value": shown(name, text)}))
    return values, problems


def keep(path: Path, text: str) -> str:
    """The text kept at `path`, which becomes `text` the first time; readable by its owner alone. Two processes starting
    at once agree."""
    if not path.exists():
        draft = path.with_name(f".{path.name}.{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_text(text + "\n")
        try:
            os.link(draft, path)  # unlike rename, refuses to replace what another process kept meanwhile
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text().strip()


def settle(values: dict[str, object], origin_given: bool) -> Options:
    """Make the home folder and fill in what is kept there. Refused: the home cannot be written, the origin was
    changed."""
    home = cast(Path, values["home"])
    try:
        home.mkdir(mode=0o750, parents=True, exist_ok=True)
        values["secret_key"] = values["secret_key"] or keep(home / "secret-key", secrets.token_urlsafe(48))
        fixed = keep(home / "origin", cast(str, values["origin"]))
    except OSError as error:
        reason = error.strerror or str(error)
        raise Refused(
            [Problem("config.home_unwritable", "SUYUAN_HOME", {"value": str(home), "reason": reason})]
        ) from error
    if origin_given and fixed != values["origin"]:
        raise Refused(
            [Problem("config.origin_fixed", "SUYUAN_ORIGIN", {"value": str(values["origin"]), "fixed": fixed})]
        )
    values["origin"] = fixed
    values["database_url"] = values["database_url"] or f"sqlite:///{home / 'suyuan.sqlite3'}"
    return Options(**values)  # type: ignore[arg-type]  # each value was read by the function its own field names


def load(environ: Mapping[str, str]) -> Options:
    """The installation's settings. Refused with every unknown name and wrong value at once."""
    values, problems = read_all(environ)
    problems = unknown(environ) + problems
    if problems:
        raise Refused(problems)
    return settle(values, PREFIX + "ORIGIN" in environ)
