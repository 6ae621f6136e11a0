"""Laws of durations: gamma, lognormal or Weibull, with or without a share of zeros.

A duration that was not seen to its end is right-censored, and not left out. A zero is the same
click on two buttons: in a law without a part of its own for zeros it is any time below the
resolution of the stamps. The law is the one with the least information criterion of Akaike
(2 parameters - 2 log-likelihood).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, NamedTuple

import numpy as np
from scipy import optimize, special, stats

from sim.arrays import Floats
from sim.history.cells import LEAST_CELL
from sim.history.fitting.estimates import LEAST_FITTED, Estimate, positive, share

Family = Literal["gamma", "lognormal", "weibull"]
SCIPY: dict[Family, Any] = {
    "gamma": stats.gamma,
    "lognormal": stats.lognorm,
    "weibull": stats.weibull_min,
}
FAMILIES: tuple[Family, ...] = ("gamma", "lognormal", "weibull")
MOST_FITTED = 10_000  # durations; of more, as many quantiles are fitted
STEP = 1e-3  # of a logarithm, for second differences
CLOSE = 1e-6  # gradient at which the maximum is found, over the size of the log-likelihood
BINS = 24


class Sample(NamedTuple):
    """Durations in minutes.

    `exact` are above 0 and `zeros` is how many were 0. `longer` are the minutes at which a
    duration had not ended. `unknown` is how many rows say nothing. `resolution` is the step of the
    stamps, and each duration stands for `weight` of them.
    """

    exact: Floats
    zeros: int = 0
    longer: Floats = np.zeros(0)
    unknown: int = 0
    resolution: float = 1.0
    weight: float = 1.0

    @property
    def seen(self) -> int:
        """Durations that were seen from start to end."""
        return len(self.exact) + self.zeros


class Bars(NamedTuple):
    """Histogram in minutes for a figure, without bars of fewer than 11 calls.

    `density` is a share of all calls above 0 a minute, NaN where a bar is left out.
    """

    edges: Floats
    density: Floats


class Law(NamedTuple):
    """A fitted law of a duration above 0 and the share of zeros beside it, in minutes.

    `aic` is by name of every law that was tried; `shape` and `scale` are SciPy's.
    """

    family: Family
    shape: float
    scale: float
    mean: Estimate
    sd: Estimate
    zero_share: Estimate | None
    aic: dict[str, float]
    seen: int
    censored: int
    bars: Bars

    @property
    def mean_of_all(self) -> float:
        """Mean in minutes, zeros included."""
        zeros = 0.0 if self.zero_share is None else self.zero_share.value
        return self.mean.value * (1 - zeros)

    @property
    def se_of_all(self) -> float:
        """Standard error of the mean, zeros included."""
        if self.zero_share is None:
            return self.mean.se or 0.0
        zeros = self.zero_share.value
        of_zeros = self.mean.value * np.sqrt(zeros * (1 - zeros) / self.zero_share.n)
        return float(np.hypot((1 - zeros) * (self.mean.se or 0.0), of_zeros))

    def density(self, minutes: Floats) -> Floats:
        """Density a minute of the part above 0; shape of minutes."""
        return np.asarray(_frozen(self.family, self.shape, self.scale).pdf(minutes), np.float64)


class _Fit(NamedTuple):
    family: Family
    log_parameters: Floats
    zero_share: float | None
    aic: float


def fit_law(sample: Sample) -> Law | None:
    """Fit every law to a sample and return the best; None if it is too small or all alike.

    Examples
    --------
    >>> import numpy as np
    >>> minutes = np.random.default_rng(1).gamma(2.0, 10.0, 2_000)
    >>> law = fit_law(Sample(minutes[minutes < 60], longer=np.full((minutes >= 60).sum(), 60.0)))
    >>> law.family, law.mean.low < 20 < law.mean.high
    ('gamma', True)
    """
    if len(sample.exact) < LEAST_FITTED or np.allclose(sample.exact, sample.exact[0]):
        return None
    some, apart = _thinned(sample), [False, True] if sample.zeros >= LEAST_CELL else [False]
    with np.errstate(all="ignore"):  # a step too far is an infinite loss, and is taken back
        fits = [_fit(some, family, zeros) for zeros in apart for family in FAMILIES]
        best = min(fits, key=lambda fit: fit.aic)
        return _law(sample, some, best, {_name(fit): fit.aic for fit in fits})


def _thinned(sample: Sample) -> Sample:
    """Evenly spaced quantiles of a large sample, each for several of its durations.

    A law of 10,000 quantiles is that of a million durations to a tenth of its standard error.
    """
    every = len(sample.exact) / MOST_FITTED
    if every <= 1:
        return sample
    exact, longer = (
        np.sort(x)[(np.arange(0.5, len(x) / every) * every).astype(np.int64).clip(max=len(x) - 1)]
        for x in (sample.exact, sample.longer)
    )
    zeros = round(sample.zeros / every)
    return sample._replace(exact=exact, longer=longer, zeros=zeros, weight=every)


def _name(fit: _Fit) -> str:
    return fit.family if fit.zero_share is None else f"zeros and {fit.family}"


def _frozen(family: Family, shape: float, scale: float) -> Any:  # noqa: ANN401 - SciPy has no name
    return SCIPY[family](shape, scale=scale)


def _fit(sample: Sample, family: Family, apart: bool) -> _Fit:
    """Maximum likelihood by SciPy, with zeros apart or as times below the resolution."""
    below = 0 if apart else sample.zeros
    data = stats.CensoredData(
        uncensored=sample.exact,
        right=sample.longer,
        left=np.full(below, sample.resolution),
    )
    first = _first_guess(family, sample.exact)
    shape, _, scale = SCIPY[family].fit(
        data, first[0], floc=0, scale=first[1], optimizer=_on_logarithms
    )
    at = np.log([float(shape), float(scale)])
    zero_share = sample.zeros / sample.seen if apart else None
    free = 3 if apart else 2
    aic = 2 * free - 2 * _log_likelihood(sample, family, zero_share)(at)
    return _Fit(family, at, zero_share, aic)


def _first_guess(family: Family, minutes: Floats) -> tuple[float, float]:
    """Shape and scale by moments (of a Weibull, nearly)."""
    mean, cv = float(minutes.mean()), max(float(minutes.std() / minutes.mean()), 1e-3)
    if family == "lognormal":
        return float(np.log(minutes).std()), float(np.exp(np.log(minutes).mean()))
    if family == "gamma":
        return cv**-2, mean * cv**2
    shape = cv**-1.086
    return shape, mean / float(special.gamma(1 + 1 / shape))


def _on_logarithms(
    loss: Callable[..., float], first: Floats, args: tuple[object, ...] = (), disp: int = 0
) -> Floats:
    """Minimum of SciPy's loss over the logarithms of shape and scale: a few dozen evaluations."""
    del disp  # SciPy hands it over

    size = max(abs(loss(first, *args)), 1.0)  # so that a step does not grow with the rows

    def of(at: Floats) -> float:
        return loss(np.exp(at), *args) / size

    best = optimize.minimize(of, np.log(first), method="BFGS", options={"gtol": CLOSE})
    return np.asarray(np.exp(best.x), np.float64)


def _log_likelihood(
    sample: Sample, family: Family, zero_share: float | None
) -> Callable[[Floats], float]:
    """Log-likelihood by the logarithms of shape and scale."""
    zeros, law = zero_share or 0.0, SCIPY[family]
    above = (len(sample.exact) + len(sample.longer)) * np.log1p(-zeros)

    def of(at: Floats) -> float:
        shape, scale = np.exp(at)  # not frozen: SciPy takes a millisecond to freeze a law
        total = above + law.logpdf(sample.exact, shape, scale=scale).sum()
        total += law.logsf(sample.longer, shape, scale=scale).sum()
        if sample.zeros:
            below = law.logcdf(sample.resolution, shape, scale=scale)
            total += sample.zeros * (below if zero_share is None else np.log(zeros))
        return float(total) * sample.weight

    return of


def _law(sample: Sample, some: Sample, fit: _Fit, aic: dict[str, float]) -> Law:
    of = _log_likelihood(some, fit.family, fit.zero_share)
    covariance = np.linalg.pinv(-_curvature(of, fit.log_parameters))
    mean, sd = _mean_and_sd(fit.family, fit.log_parameters).tolist()
    slopes = _slopes(fit.family, fit.log_parameters)
    errors = np.sqrt(np.maximum(np.diag(slopes @ covariance @ slopes.T), 0))
    shape, scale = (float(x) for x in np.exp(fit.log_parameters))
    return Law(
        fit.family,
        shape,
        scale,
        positive(mean, float(errors[0]), sample.seen),
        positive(sd, float(errors[1]), sample.seen),
        None if fit.zero_share is None else share(sample.zeros, sample.seen),
        aic,
        sample.seen,
        len(sample.longer),
        _bars(sample.exact),
    )


def _mean_and_sd(family: Family, at: Floats) -> Floats:
    law = _frozen(family, *np.exp(at))
    return np.array([float(law.mean()), float(law.std())])


def _slopes(family: Family, at: Floats) -> Floats:
    """Derivatives of mean and sd (rows) by the logarithms of shape and scale (columns)."""
    steps = np.eye(2) * STEP
    pairs = [(_mean_and_sd(family, at + step), _mean_and_sd(family, at - step)) for step in steps]
    return np.array([(up - down) / (2 * STEP) for up, down in pairs]).T


def _curvature(of: Callable[[Floats], float], at: Floats) -> Floats:
    """Second differences of a function of two numbers; shape (2, 2)."""
    one, other = np.eye(2) * STEP
    pairs = [[(one, one), (one, other)], [(other, one), (other, other)]]
    return np.array([[_second(of, at, *pair) for pair in row] for row in pairs])


def _second(of: Callable[[Floats], float], at: Floats, i: Floats, j: Floats) -> float:
    across = of(at + i + j) - of(at + i - j) - of(at - i + j) + of(at - i - j)
    return across / (4 * STEP**2)


def _bars(minutes: Floats) -> Bars:
    """Histogram up to the 99th percentile; shares are of all calls, those beyond it too."""
    edges = np.linspace(0, float(np.quantile(minutes, 0.99)), BINS + 1)
    counts, _ = np.histogram(minutes, edges)
    density = counts / len(minutes) / np.diff(edges)
    return Bars(edges, np.where(counts >= LEAST_CELL, density, np.nan))
