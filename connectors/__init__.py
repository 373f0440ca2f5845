"""Connectors: one module or package for each place where mail, calendars and drafts are.

A connector reads what is there and writes only what is ours. It depends on `afterword.ports`, and never on the log.
"""
