"""The codes that the program ends with, beside 0 for fine."""

FAILED = 1
WRONG = 2
"""Wrong usage, or a wrong configuration."""

NEEDS_USER = 3
"""Only the user can mend it: sign in again, say which folder."""

BUSY = 4
"""Another one is running on the same log."""
