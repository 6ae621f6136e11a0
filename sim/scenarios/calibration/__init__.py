"""Assumptions conditioned on what an agency knows of itself, inside their ranges."""
