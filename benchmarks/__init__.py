"""How fast the product is, against floors measured beside it."""
