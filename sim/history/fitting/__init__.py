"""From a log of calls to config files: demand, its shape of the week, and travel."""
