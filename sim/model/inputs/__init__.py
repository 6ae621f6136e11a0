"""All that is drawn before a run: calls, callers, fates, durations, travel, duties, visits."""
