"""Plans compared on common calls: precision, cells, fairness, and what a reader must know."""
