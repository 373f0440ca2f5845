"""The second floor's inner room: pure folds of the event log, and what is derived from them for a given `now`.

Nothing here reads a clock, a mailbox or a file of the user's; only `engine` keeps the folds beside the log.
"""
