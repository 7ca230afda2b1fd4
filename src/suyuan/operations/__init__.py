"""What people do with goods: one command per file. A command may be refused; what it records is an EPCIS event.

The subpackages never import each other; `lines`, `places`, `parties` and `events` are what they share.
"""
