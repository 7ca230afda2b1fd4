"""Recalls: cases over frozen scopes, what their parties are told and answer, drills. It promises that all goods of ours
in a scope are held by one event and that a version never changes; it refuses to free anything by itself.

`commands` has all commands, `queries` what pages ask (cases_in, figures, difference …), `models` the tables, `contacts`
how a party is reached; `watching` and `sending` are for the worker.
"""
