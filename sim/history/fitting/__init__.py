"""From a log of calls to files of demand, service and travel, with figures of how well they fit."""

from sim.history.fitting.fit import Fitted, fit_log
from sim.history.fitting.options import Options, said

__all__ = ["Fitted", "Options", "fit_log", "said"]
