"""Gmail and Google Calendar as one source, and a calendar of ours in the same account as a channel.

`transport`, `execution` and `quota` make requests, `credentials` and `sign_in` authorize them, `gmail_api` and `calendar_api` have the
requests, `mailbox_sync` and `calendar_sync` read.
"""
