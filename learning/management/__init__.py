"""Commands of the top of the house."""
