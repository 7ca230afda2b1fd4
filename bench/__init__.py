"""How close the product is to the bare engine: each figure beside the same rows written or read by literal statements.

Run it with `make bench`; docs/benchmarks.md explains the method. Nothing here is a test and no test is timed.
"""
