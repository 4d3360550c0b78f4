"""The reading interface: what a person may see on a page, for a program of theirs to read."""
