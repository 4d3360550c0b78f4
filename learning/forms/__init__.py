"""What people fill in in the learning database."""
