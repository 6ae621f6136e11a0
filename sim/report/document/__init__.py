"""The document of a result: what a grant writer hands in, as Word, HTML and PDF."""
