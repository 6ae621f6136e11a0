"""Bridges from coverage hours to positions, as text."""
