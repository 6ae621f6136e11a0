"""Demand tables from historical calls; meets the model only in those tables."""
