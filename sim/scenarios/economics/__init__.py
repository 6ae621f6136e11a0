"""Ratios, break-even and tornado: what the differences between plans cost and save."""
