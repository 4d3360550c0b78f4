"""Signing in: accounts made by an administrator, a second factor for all, nothing revealed."""
