"""The verbs of the command line, one module a subject; each imports what it needs when called."""
