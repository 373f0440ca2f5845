"""When: days and times in words, what is promised by when, and what is agreed on."""
