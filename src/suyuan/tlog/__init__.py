"""A transparency log an outsider can check: RFC 6962 trees in C2SP formats (tiles, checkpoints, signed notes, proofs).

Pure: no database, no clock, no network. Promises that whatever a `prove_` says its `check_` confirms, and that
malformed input raises `TlogError` and nothing else. Keeps no secrets: seeds and salts belong to the caller.
"""
