"""Measures recognition on labelled mails: `python -m evaluation`."""
