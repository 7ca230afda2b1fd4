"""GS1 keys, element strings, Digital Links, quantities and units: text in, values or `Refused` out.

Pure: no database, no clock, no network. Promises one spelling per identity (`identifiers.identify`) and
exact arithmetic (`quantities.Quantity`). Refuses whatever the standard refuses, with every problem at once.
"""
