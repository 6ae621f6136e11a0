"""Reports of experiments: curves, recommendations, sweeps and sensitivity."""
