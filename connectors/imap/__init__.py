"""IMAP (RFC 3501, RFC 9051) as a read-only source of mail, and as a draft box.

`session` signs in and translates errors, `connection` enforces limits, `mailbox_sync` reads, `idle` waits for new mail.
"""

from .source import ImapSource

__all__ = ["ImapSource"]
