"""The statements behind `amounts`: what events took from their places, loose and inside containers.

The postings of an event name a pallet, not what is in it, so what lay in each container at the moment it was moved
counts besides what the event posts of lots and serials itself.
"""

# CROSS JOIN keeps SQLite from beginning with the table that is longest, LEFT JOIN from a Bloom filter over all of them.
_PAPERS = (
    "SELECT e.identifier, e.record, e.log FROM ledger_eventitem e "
    "CROSS JOIN ledger_record r WHERE r.id = e.record AND r.log = e.log AND r.biz_step IN ({steps}) "
    "AND e.role = %s AND e.identifier {{keys}}"
)
_POSTED = (
    "CROSS JOIN stock_posting p LEFT JOIN stock_subject s ON s.subject = p.subject AND s.log = p.log "
    "WHERE p.record = e.record AND p.log = e.log"
)
_CONTENT = (
    "CROSS JOIN stock_posting p LEFT JOIN stock_subject s ON s.subject = p.subject AND s.log = p.log "
    "WHERE p.holder = m.box AND p.log = m.log AND p.at <= m.at"
)
# `moved` begins with the containers that an event takes from their places (not the tote that it puts goods into), and
# goes on with those that lay in them: as much had come into the outer one by then as had gone, and one more.
_TAKEN = (
    "WITH RECURSIVE events(paper, record, log) AS ({events}), "
    f"moved(paper, record, log, at, box) AS (SELECT e.paper, e.record, e.log, p.at, p.subject FROM events e {_POSTED} "
    "AND COALESCE(s.container, 0) = 1 AND {taken} AND NOT EXISTS ("
    "SELECT 1 FROM ledger_eventitem i WHERE i.record = e.record AND i.log = e.log AND i.identifier = p.subject "
    "AND i.role = 'parent') "
    f"UNION SELECT m.paper, m.record, m.log, m.at, p.subject FROM moved m {_CONTENT} AND COALESCE(s.container, 0) = 1 "
    "AND (SELECT SUM(i.quantity) FROM stock_posting i WHERE i.subject = p.subject AND i.log = p.log "
    "AND i.holder = m.box AND i.at <= m.at) > 0), "
    "goods(paper, record, at, item, subject, quantity) AS ("
    "SELECT e.paper, e.record, p.at, COALESCE(s.item, s.subject), p.subject, ABS(p.quantity) FROM events e "
    f"{_POSTED} AND COALESCE(s.container, 0) = 0 AND {{taken}} UNION ALL "
    f"SELECT m.paper, m.record, m.at, COALESCE(s.item, s.subject), p.subject, p.quantity FROM moved m {_CONTENT} "
    "AND COALESCE(s.container, 0) = 0 AND p.record <> m.record) "
    "SELECT {columns}, {sign}SUM(quantity) FROM goods GROUP BY {columns}"
)
# What only changes its status where it lies, in a pallet that comes back, has not come by this posting.
_CAME = (
    "p.quantity > 0 AND NOT EXISTS (SELECT 1 FROM stock_posting q WHERE q.record = p.record AND q.log = p.log "
    "AND q.subject = p.subject AND q.holder = p.holder AND q.quantity = -p.quantity)"
)
# What is refused stays under way and is ours again; what of it is voided after that has been counted by then.
REFUSED = "p.quantity > 0"
NOT_REFUSED = (
    "p.quantity < 0 AND NOT EXISTS (SELECT 1 FROM stock_posting q JOIN ledger_record a ON a.id = q.record "
    "AND a.biz_step = 'accepting' WHERE q.subject = p.subject AND q.log = p.log AND q.holder = p.holder "
    "AND q.owner = p.owner AND q.quantity > 0)"
)


def of_advice(step: str, *, elsewhere: bool = False) -> str:
    """The events of a business step (and more, of the record `w`) that name the despatch advice, not the orders that
    went with it: (paper, record, log). `elsewhere`: they stand in another log than the goods, that of the shipment.
    """
    return (
        f"SELECT DISTINCT o.identifier, v.record, {'o' if elsewhere else 'v'}.log FROM ledger_eventitem o "
        "JOIN ledger_record r ON r.id = o.record AND r.log = o.log AND r.biz_step = 'shipping' "
        "JOIN ledger_eventitem d ON d.record = o.record AND d.log = o.log AND d.role = 'doc.desadv' "
        "JOIN ledger_eventitem v ON v.identifier = d.identifier AND v.role = 'doc.desadv' "
        f"JOIN ledger_record w ON w.id = v.record AND w.log = v.log AND w.biz_step = {step} "
        "WHERE o.role = %s AND o.identifier {keys}"
    )


def of_step(*steps: str) -> str:
    """The events of these business steps that name papers: (paper, record, log)."""
    return _PAPERS.format(steps=", ".join(f"'{step}'" for step in steps))


def taken(events: str, *, back: bool = False, each: bool = False, only: str = "", by: str = "item") -> str:
    """(paper, id of the item, millionths) of what these events took from its places, one statement for
    `ledger.bulk.select_in`; `back`: less than nothing, since it came back to them. `each` event for itself: (paper, its
    record, its moment, id of the item, millionths). `only`: which of the postings `p`, where not those. `by`:
    ``subject`` for the id of the lot or serial instead of the item's."""
    columns = f"paper, record, at, {by}" if each else f"paper, {by}"
    asked = only or (_CAME if back else "p.quantity < 0")
    return _TAKEN.format(events=events, taken=asked, sign="-" if back else "", columns=columns)
