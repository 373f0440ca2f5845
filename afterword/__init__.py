"""The ground floor: the event log, recognition, and the ports that connectors plug into.

What stands in `afterword.*` is the public API for connectors that others write.
"""
