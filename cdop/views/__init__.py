"""Pages of the child death overview panel."""
