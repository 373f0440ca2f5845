"""Gmail and Google Calendar, read by one sign-in, and a calendar of ours in the same account."""
