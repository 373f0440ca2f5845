"""Microsoft 365 and Outlook.com by Graph (v1.0), as a source and as a channel.

`graph` makes requests (`client` is its protocol, `odata` builds queries), `sign_in` authorizes them, `throttle` limits them. Mail:
`mail`, `fetching`, `drafts`. Calendars: `calendar_api` has the requests, `calendar_sync` reads, `event_text` and `invite_events` convert.
"""
