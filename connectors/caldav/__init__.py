"""CalDAV (RFC 4791) as a source of meetings, and as a calendar for our invites.

How requests are made, and what may answer them, is in `line`; what a server is asked, in `server`; signing in, in `connecting`.
"""

from .channel import CaldavChannel
from .source import CaldavSource

__all__ = ["CaldavChannel", "CaldavSource"]
