"""The answer of `compare` and `run`: screen, full text, JSON, tables and figures."""
