"""People, teams, sites and roles: who acts and what he may do where.

Promises an `Actor` built from at most one statement, whose `may` is a plain look-up. Knows sites, not warehouses:
whoever builds an actor says which warehouses a site has. Refuses no command by itself: commands ask.
"""
