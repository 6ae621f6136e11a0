"""Scenarios, their replications, and comparisons of plans."""
