"""Calendar entries (RFC 5545): what they are, and the answers to our own (RFC 5546)."""
