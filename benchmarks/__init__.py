"""Benchmarks: how far the engines are from what they are held against (`make bench`)."""
