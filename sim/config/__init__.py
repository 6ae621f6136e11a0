"""What a run is made of: pydantic models of `configs/`, and the only room that knows Hydra."""

from sim.config.compose import InputError, compose, names, program_names, staffing
from sim.config.models import Config
from sim.config.plans import StaffingPlan
from sim.config.values import Duration, Sourced

__all__ = [
    "Config",
    "Duration",
    "InputError",
    "Sourced",
    "StaffingPlan",
    "compose",
    "names",
    "program_names",
    "staffing",
]
