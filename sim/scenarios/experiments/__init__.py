"""Experiments: many plans or many settings, and what a single comparison does not answer."""
