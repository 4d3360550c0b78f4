"""The forms of the serious case review group."""
