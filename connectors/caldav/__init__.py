"""CalDAV (RFC 4791) as a source of calendar entries, and as a channel.

`http_session` limits HTTP, `connection` signs in and translates errors, `server` has the requests, `calendar_selection` the choice.
"""

from .channel import CaldavChannel
from .source import CaldavSource

__all__ = ["CaldavChannel", "CaldavSource"]
