"""People and dollars: positions, costs, grants. Nothing here knows an engine."""
