"""The grant's answer, as text and as a results folder."""
