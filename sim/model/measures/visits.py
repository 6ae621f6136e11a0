"""What follows the call: visits, what they connect and avert, and who calls and is reached."""

from __future__ import annotations

import numpy as np

from sim.clock import HOUR_S
from sim.model.measures import coverage
from sim.model.measures.contacts import Contacts
from sim.model.measures.coverage import window_calls
from sim.model.world import World
from sim.schema import NONE, Contact, Fate, Ledger, Status, VisitStatus

FREQUENT = 5  # calls in the window, from which on a caller is a frequent one


def visits(world: World, ledger: Ledger, late_s: int) -> dict[str, float]:
    """Visits that fell due in the window, and time on visits in it, not yet a year.

    A visit that began more than `late_s` seconds after it was due was late.
    """
    window, made = world.window, ledger.visits
    falls_due = (made.due_at_s >= window.start_s) & (made.due_at_s < window.end_s)
    done = np.flatnonzero(falls_due & (made.status == VisitStatus.DONE))
    call = world.visits.call[done]
    of_contact = ledger.calls.contact[call[call != NONE]] == Contact.ENGAGED
    waited_for_s = ledger.trips.arrived_at_s[made.trip[done]] - made.due_at_s[done]
    return {
        "visits_due_per_year": int(falls_due.sum()),
        "visits_done_per_year": len(done),
        "referred_per_year": int((~of_contact).sum()),
        "visits_late_per_year": int((waited_for_s > late_s).sum()),
        "visits_expired_per_year": int((falls_due & (made.status == VisitStatus.EXPIRED)).sum()),
        "visit_hours_per_year": _on_visits_for_s(world, ledger) / HOUR_S,
    }


def _on_visits_for_s(world: World, ledger: Ledger) -> int:
    """Seconds of the window on visits and the way there, of teams and of those who only visit."""
    trips = np.flatnonzero(ledger.trips.visit != NONE)
    return coverage.out(world, ledger, trips).within(world.window).total_s()


def connected_share(world: World, ledger: Ledger, contacts: Contacts) -> float:
    """Share of the contacts with a referral, a voluntary transport or a visit that was made."""
    connected = np.zeros(len(world.calls.zone), np.bool_)
    of_call = world.visits.call[ledger.visits.status == VisitStatus.DONE]
    connected[of_call[of_call != NONE]] = True
    is_connected = connected[contacts.call]
    is_connected |= (contacts.fate == Fate.REFERRAL) | (contacts.fate == Fate.VOLUNTARY)
    return int(is_connected.sum()) / len(is_connected) if len(is_connected) else np.nan


def frequent_callers_share(world: World, ledger: Ledger) -> float:
    """Share of the calls of the window that are of people who made five or more of them."""
    rows = window_calls(world)
    happened = ledger.calls.status[rows] != Status.AVERTED
    times = np.bincount(world.calls.person[rows][happened])
    n_calls = int(times.sum())
    return int(times[times >= FREQUENT].sum()) / n_calls if n_calls else np.nan


def people(world: World, ledger: Ledger, contacts: Contacts) -> dict[str, float]:
    """Calls that did not come, and people reached, each once, by name of measure, not yet a year.

    People are told apart by their numbers, whatever call they were reached on.
    """
    status = ledger.calls.status[window_calls(world)]
    return {
        "calls_averted_per_year": int((status == Status.AVERTED).sum()),
        "people_reached_per_year": int(
            np.count_nonzero(np.bincount(world.calls.person[contacts.call]))
        ),
    }
