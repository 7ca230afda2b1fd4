"""The one exception of this package."""

from suyuan.gs1.problems import Problem
from suyuan.tlog.messages import MESSAGES


class TlogError(ValueError):
    """Malformed or untrue log material. `problem` is the refusal as data, `str()` its English sentence."""

    def __init__(self, code: str, **params: str | int) -> None:
        self.problem = Problem(code, "", {name: _shown(value) for name, value in params.items()})
        super().__init__(MESSAGES[code].format_map(self.problem.params))


def _shown(value: str | int) -> str:
    """Python refuses to write integers of more than 4,300 digits in decimal; nobody wants to read them either."""
    return str(value) if isinstance(value, str) or abs(value) < 2**80 else f"{value:#x}"[:40] + "…"
