"""Sweeps: some measures at every point of a design, on one machine or many, resumed when killed."""
