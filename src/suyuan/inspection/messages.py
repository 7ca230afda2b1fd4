"""The sentences of this package's refusals."""

MESSAGES: dict[str, str] = {}
