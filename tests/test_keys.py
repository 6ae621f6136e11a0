"""Assumptions in words: every name is of a key that the shipped configs have, and says it alone."""

from __future__ import annotations

from sim.config import compose, program_names
from sim.config.numbers import numbers
from sim.scenarios.answers.keys import NAMES, key_words, with_key
from sim.scenarios.draws import unknowns


def test_every_name_is_of_a_key_that_there_is():
    programs = (compose([f"program={name}"]) for name in program_names())
    known = {key for config in programs for key in _keys(config)}
    assert {*NAMES} <= known


def _keys(config):
    """Numbers, and what is drawn besides."""
    return [*dict(numbers(config)), *(unknown.name for unknown in unknowns(config))]


def test_no_two_keys_have_one_name():
    assert len({*NAMES.values()}) == len(NAMES)


def test_a_key_without_a_name_is_said_without_its_group():
    assert key_words("service.hospital.handover.sd") == "hospital handover sd"
    assert with_key("travel.form", "form of travel (0 a, 1 b)") == "form of travel (0 a, 1 b)"
