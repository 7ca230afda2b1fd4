"""The facts: records, their bodies and what they speak of, appended once and never changed; and the log an outsider
can check.

Nothing here knows stock, genealogy or the names of things. Nothing here updates or deletes a record.
"""
