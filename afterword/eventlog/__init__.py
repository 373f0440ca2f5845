"""The vocabulary, every event there is, and the append-only log that holds them.

`events` and `codec` are plain values and cost little to import; `log` brings SQLAlchemy.
"""
