"""Tests of coresponder."""
