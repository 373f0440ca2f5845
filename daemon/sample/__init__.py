"""A sample mailbox and calendar: a few weeks of somebody who is looking for work, dated around any given moment."""

from .writer import good_moment, write_sample

__all__ = ["good_moment", "write_sample"]
