"""What the serious case review group does: each a row of the access table, each one change."""
