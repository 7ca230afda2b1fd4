"""SQLite for several processes: writers queue at a lock instead of polling, so none starves."""
