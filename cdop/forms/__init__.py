"""Forms of the child death overview panel."""
