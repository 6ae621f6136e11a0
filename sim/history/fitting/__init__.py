"""From a log of calls to files of demand, service and travel, with figures of how well they fit."""

from sim.history.fitting.fit import Fitted, fit_log

__all__ = ["Fitted", "fit_log"]
