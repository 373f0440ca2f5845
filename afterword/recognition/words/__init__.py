"""The words of a text: sentences in the form in which they are compared, and the cues that are found in them."""
