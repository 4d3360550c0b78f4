"""The shared pages, one module for each noun."""
