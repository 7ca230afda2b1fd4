"""The edge for machines: EPCIS 2.0 over REST, with a bearer token and no cookie.

What a machine asks for a place of ours is a command: the rights of its token and the guards of the stock apply. Answers
are JSON, refusals RFC 9457 problem documents that name everything wrong at once, in the language asked for.
"""
