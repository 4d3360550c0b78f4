"""Tests of what stands on both sides: learning, and the demo."""
