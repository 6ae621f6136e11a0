"""Routes of a day replayed: teams and calls hour by hour, from one ledger of replication 0."""

from __future__ import annotations

from typing import Any, NamedTuple
from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from sim.app.web import Site
from sim.clock import HOUR_S
from sim.config import InputError
from sim.report.pages.day import section_of
from sim.scenarios.answers.comparison import Comparison
from sim.scenarios.answers.day import Day
from sim.scenarios.comparison.day import replayed

GONE = "This answer is no longer kept."
NOON, LAST = 12, 23
MOST_DIGITS = 9


class _Chosen(NamedTuple):
    """What the form says: a plan, a day from 1 and an hour."""

    plan: str
    day: str
    at: int = NOON


class Replaying:
    """What is watched of a run."""

    def __init__(self, site: Site) -> None:
        self._site = site

    def routes(self) -> list[BaseRoute]:
        """Routes of all of it."""
        return [Route("/answer/{id}/day", self.show, methods=["GET"])]

    async def show(self, request: Request) -> Response:
        """Return a day of a run, a typical one if none is said."""
        run = self._site.session(request).runs.get(request.path_params["id"])
        if run is None:
            return self._site.message(request, GONE, 404)
        comparison = run.comparison
        if comparison is None:
            return self._page(request, run=run, error="the first years are being simulated")
        plans = [plan.name for plan in comparison.main.plans]
        said = request.query_params
        chosen = _Chosen(said.get("plan") or plans[0], said.get("day", ""))
        try:
            at = _whole(said.get("at") or str(NOON), "hour", LAST)
            day = await run_in_threadpool(_day, comparison, chosen)
        except InputError as error:
            fault = str(error)
            return self._page(request, 422, run=run, plans=plans, chosen=chosen, error=fault)
        chosen = _Chosen(day.plan, str(day.number + 1), at)
        body = await run_in_threadpool(section_of, day, at * HOUR_S)
        links = _links(day, at)
        return self._page(request, run=run, plans=plans, chosen=chosen, body=body, links=links)

    def _page(self, request: Request, code: int = 200, **values: Any) -> Response:  # noqa: ANN401 - what the template calls
        empty = {"error": "", "plans": [], "chosen": {}, "body": "", "links": []}
        return self._site.page(request, "day.html", code, **(empty | values))


def _day(comparison: Comparison, chosen: _Chosen) -> Day:
    text = chosen.day
    number = _whole(text, "day", comparison.window_days) - 1 if text.strip() else None
    return replayed(comparison, chosen.plan, number)


def _whole(text: str, what: str, most: int) -> int:
    plain = text.strip()
    is_one = plain.isascii() and plain.isdecimal() and len(plain) <= MOST_DIGITS
    if not is_one or int(plain) > most:
        raise InputError(f"{what}: expected a whole number up to {most}, got {text[:20]!r}")
    return int(plain)


def _links(day: Day, at: int) -> list[tuple[str, str]]:
    """Other days that may be looked at, with their addresses."""
    days = {"a typical day": day.typical, "the busiest day": day.busiest}
    days |= {"the day before": day.number - 1, "the day after": day.number + 1}
    return [
        (words, "?" + urlencode({"plan": day.plan, "day": number + 1, "at": at}))
        for words, number in days.items()
        if number != day.number and 0 <= number < day.days
    ]
