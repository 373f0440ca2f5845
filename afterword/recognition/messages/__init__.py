"""A mail as it is written (RFC 5322): its fields, what a person sees of it, and who sent it."""
