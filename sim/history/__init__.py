"""Demand tables from historical calls; the model reads the tables and nothing else of it."""
