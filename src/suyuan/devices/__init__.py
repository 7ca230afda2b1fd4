"""Hardware beside the desks: label printers, what waits for them, and codes that could not be scanned.

Promises that labels asked for are printed, or that somebody is told why not; that none is printed twice unasked; that
nothing is connected to but addresses of the house. Refuses to know what a label says.
"""
