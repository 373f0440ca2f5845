"""Microsoft 365 and Outlook.com by Graph (v1.0).

Who asks is signed in by `sign_in`, and asks by `graph`, as `asking` has it; `throttle` knows when. Mail: `mail` follows the folders, as
`messages` has them, `fetching` gets each mail, and `drafts` keeps ours.
Calendars: what is asked is in `calendars`, how an event becomes text in `event_text`, how a calendar is read in `calendar_reading`,
and our invites as events in `our_events`.
"""
