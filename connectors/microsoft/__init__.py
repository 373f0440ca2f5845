"""Microsoft 365 and Outlook.com by Graph (v1.0).

Calendars: what is asked is in `calendars`, how an event becomes text in `event_text`, how a calendar is read in `calendar_reading`,
and our invites as events in `our_events`.
"""
