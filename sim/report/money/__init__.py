"""Diversions, people and money of an answer: their accounts, claims, tornado and file."""
