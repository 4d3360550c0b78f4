"""The pages of the serious case review group."""
