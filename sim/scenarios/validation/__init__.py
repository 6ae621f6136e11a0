"""A model fitted to the first months of a log, held against the rest of it."""
