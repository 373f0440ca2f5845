"""The second floor's outer room: one module for each place where mail, calendars and drafts live.

A connector reads what is there and writes only what is ours; it knows `afterword.ports`, and nothing of the log.
"""
