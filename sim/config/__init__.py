"""What a run is made of: pydantic models of `configs/`, and the only room that knows Hydra."""

from sim.config.compose import compose, names, program_names, staffing
from sim.config.faults import InputError
from sim.config.fleet import check_plan
from sim.config.models import Config, Dispatch
from sim.config.plans import StaffingPlan
from sim.config.values import Duration, Sourced

__all__ = [
    "Config",
    "Dispatch",
    "Duration",
    "InputError",
    "Sourced",
    "StaffingPlan",
    "check_plan",
    "compose",
    "names",
    "program_names",
    "staffing",
]
