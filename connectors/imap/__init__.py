"""IMAP (RFC 3501, RFC 9051) as a source of mail that is only looked at, and as a box for drafts.

Signing in, limits and what errors mean are in `session` and `wire`; others that speak IMAP with tokens start there.
"""

from .source import ImapSource

__all__ = ["ImapSource"]
