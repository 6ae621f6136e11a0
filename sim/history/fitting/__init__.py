"""From a log of calls to files of demand, service and travel, with figures of how well they fit."""

from sim.history.fitting.fit import Fitted, Options, fit_log, said

__all__ = ["Fitted", "Options", "fit_log", "said"]
