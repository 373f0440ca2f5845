"""What a text says, and how likely that is."""
