"""The people that plans need, and the plans that some people can staff."""
