"""The key store: data keys in a database of their own, apart from what they open."""
