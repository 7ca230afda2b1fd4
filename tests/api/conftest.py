"""The company of the desk's tests has machines as well."""

from tests.desk.conftest import firm, still

__all__ = ["firm", "still"]
