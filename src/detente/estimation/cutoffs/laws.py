"""Laws of private numbers in standard form: how likely a number lies between two cut-offs, and its mean there."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import betainc, betaincc, betaln, ndtr, xlog1py, xlogy

from detente.crisis.expressions import Expression, Number, Operation
from detente.crisis.quantities import Distribution, Shape

Floats = NDArray[np.float64]

LAW_REACH = 37.0
"""Standard deviations of a normal number beyond which its chance, 1e-299 on either side, counts as none."""

FALL = (3.0, 8.0, 14.0, 22.0)
"""Standard deviations at which the integral over a normal number is cut into pieces."""


LAW_NEAR = 9.5
"""Standard deviations of the logarithm of a lognormal number beyond which its chance, 1e-21, counts as none."""


class Law(ABC):
    """The law of a number z.

    low, high: between them lies all of it. breaks: between two of them the density is as good as a polynomial.
    """

    low: float
    high: float
    breaks: tuple[float, ...] = ()

    @abstractmethod
    def below(self, z: Floats) -> Floats:
        """P(Z <= z)."""

    @abstractmethod
    def above(self, z: Floats) -> Floats:
        """P(Z > z), to full relative precision where that is small."""

    @abstractmethod
    def density(self, z: Floats) -> Floats:
        """The density; 0 outside low .. high."""

    @abstractmethod
    def partial(self, z: Floats) -> Floats:
        """E[Z; Z <= z]: the mean of Z where it lies below z and of 0 elsewhere."""

    @property
    def mean(self) -> float:
        """E[Z]."""
        return float(self.partial(np.array(self.high)))

    def between(self, low: Floats, high: Floats) -> Floats:
        """P(low < Z < high), from the tail in which both lie; 0 where high is not above low."""
        low, high = np.clip(low, self.low, self.high), np.clip(high, self.low, self.high)
        upper = low > self._middle
        mass = np.where(upper, self.above(low) - self.above(high), self.below(high) - self.below(low))
        return np.where(high > low, np.maximum(mass, 0.0), 0.0)

    def mean_between(self, low: Floats, high: Floats) -> Floats:
        """E[Z; low < Z < high]; 0 where high is not above low."""
        low, high = np.clip(low, self.low, self.high), np.clip(high, self.low, self.high)
        return np.where(high > low, self.partial(high) - self.partial(low), 0.0)

    @property
    def _middle(self) -> float:
        return 0.5 * (self.low + self.high)


@dataclass(frozen=True)
class Bell(Law):
    """The standard normal law."""

    low: float = -LAW_REACH
    high: float = LAW_REACH
    breaks: tuple[float, ...] = (*(-each for each in reversed(FALL)), *FALL)

    def below(self, z: Floats) -> Floats:
        """P(Z <= z)."""
        return ndtr(z)

    def above(self, z: Floats) -> Floats:
        """P(Z > z)."""
        return ndtr(-z)

    def between(self, low: Floats, high: Floats) -> Floats:
        """P(low < Z < high), mirrored where both are positive so that nothing cancels."""
        flip = low > 0
        first, last = np.where(flip, -high, low), np.where(flip, -low, high)
        return np.maximum(ndtr(last) - ndtr(first), 0.0)

    def density(self, z: Floats) -> Floats:
        """The density."""
        return np.exp(-0.5 * np.minimum(np.abs(z), 1e3) ** 2) / np.sqrt(2 * np.pi)

    def partial(self, z: Floats) -> Floats:
        """E[Z; Z <= z] = -density(z)."""
        return -self.density(z)


@dataclass(frozen=True)
class Even(Law):
    """The uniform law on 0 .. 1."""

    low: float = 0.0
    high: float = 1.0

    def below(self, z: Floats) -> Floats:
        """P(Z <= z)."""
        return np.clip(z, 0.0, 1.0)

    def above(self, z: Floats) -> Floats:
        """P(Z > z)."""
        return 1.0 - np.clip(z, 0.0, 1.0)

    def density(self, z: Floats) -> Floats:
        """The density."""
        return np.where((z > 0) & (z < 1), 1.0, 0.0)

    def partial(self, z: Floats) -> Floats:
        """E[Z; Z <= z]."""
        return 0.5 * np.clip(z, 0.0, 1.0) ** 2


@dataclass(frozen=True)
class LogBell(Law):
    """The lognormal law with a median and the standard deviation of the logarithm."""

    median: float
    sd: float

    @property
    def low(self) -> float:  # pyright: ignore[reportIncompatibleVariableOverride]
        """Next to nothing lies below it."""
        return self._at(-LAW_NEAR)

    @property
    def high(self) -> float:  # pyright: ignore[reportIncompatibleVariableOverride]
        """Next to nothing lies above it."""
        return self._at(LAW_NEAR)

    @property
    def breaks(self) -> tuple[float, ...]:  # pyright: ignore[reportIncompatibleVariableOverride]
        """Every so many standard deviations of the logarithm."""
        return tuple(self._at(t) for t in (-6.0, -4.0, -2.5, -1.0, 0.0, 1.0, 2.5, 4.0, 6.0))

    def _at(self, t: float) -> float:
        return float(self.median * np.exp(t * self.sd))

    def _log(self, z: Floats) -> Floats:
        return np.log(np.maximum(z, 1e-300) / self.median) / self.sd

    def below(self, z: Floats) -> Floats:
        """P(Z <= z)."""
        return ndtr(self._log(z))

    def above(self, z: Floats) -> Floats:
        """P(Z > z)."""
        return ndtr(-self._log(z))

    def density(self, z: Floats) -> Floats:
        """The density."""
        t = self._log(z)
        inside = np.abs(t) < LAW_NEAR
        return np.where(inside, np.exp(-0.5 * t * t) / (np.sqrt(2 * np.pi) * self.sd * np.maximum(z, 1e-300)), 0.0)

    def partial(self, z: Floats) -> Floats:
        """E[Z; Z <= z]."""
        return self.median * np.exp(0.5 * self.sd**2) * ndtr(self._log(z) - self.sd)

    @property
    def _middle(self) -> float:
        return self.median


@dataclass(frozen=True)
class BetaLaw(Law):
    """The beta law with parameters a and b on low .. high."""

    a: float
    b: float
    low: float = 0.0
    high: float = 1.0

    @property
    def breaks(self) -> tuple[float, ...]:  # pyright: ignore[reportIncompatibleVariableOverride]
        """Closer and closer to the ends, where powers of the distance are no polynomials."""
        near = tuple(10.0**-k for k in range(6, 0, -1))
        shares = (*near, 0.5, *(1.0 - each for each in reversed(near)))
        return tuple(self.low + (self.high - self.low) * each for each in shares)

    def _share(self, z: Floats) -> Floats:
        return np.clip((z - self.low) / (self.high - self.low), 0.0, 1.0)

    def below(self, z: Floats) -> Floats:
        """P(Z <= z)."""
        return betainc(self.a, self.b, self._share(z))

    def above(self, z: Floats) -> Floats:
        """P(Z > z)."""
        return betaincc(self.a, self.b, self._share(z))

    def density(self, z: Floats) -> Floats:
        """The density."""
        s = self._share(z)
        with np.errstate(all="ignore"):
            log = xlogy(self.a - 1, s) + xlog1py(self.b - 1, -s) - betaln(self.a, self.b)
            return np.where((s > 0) & (s < 1), np.exp(log) / (self.high - self.low), 0.0)

    def partial(self, z: Floats) -> Floats:
        """E[Z; Z <= z]."""
        s = self._share(z)
        of_share = self.a / (self.a + self.b) * betainc(self.a + 1, self.b, s)
        return self.low * betainc(self.a, self.b, s) + (self.high - self.low) * of_share


@dataclass(frozen=True)
class Triangle(Law):
    """The triangular law on low .. high with its peak at the mode."""

    low: float
    mode: float
    high: float

    @property
    def breaks(self) -> tuple[float, ...]:  # pyright: ignore[reportIncompatibleVariableOverride]
        """The peak."""
        return (self.mode,)

    def below(self, z: Floats) -> Floats:
        """P(Z <= z)."""
        width = self.high - self.low
        up = np.clip(z, self.low, self.mode) - self.low
        down = self.high - np.clip(z, self.mode, self.high)
        left, right = max(self.mode - self.low, 1e-300), max(self.high - self.mode, 1e-300)
        return up * up / (width * left) + (right - down * down / right) / width

    def above(self, z: Floats) -> Floats:
        """P(Z > z)."""
        return 1.0 - self.below(z)

    def density(self, z: Floats) -> Floats:
        """The density."""
        left, right = max(self.mode - self.low, 1e-300), max(self.high - self.mode, 1e-300)
        rise = np.where(z < self.mode, (z - self.low) / left, (self.high - z) / right)
        return np.maximum(rise, 0.0) * 2.0 / (self.high - self.low)

    def partial(self, z: Floats) -> Floats:
        """E[Z; Z <= z]."""
        width = self.high - self.low
        left, right = max(self.mode - self.low, 1e-300), max(self.high - self.mode, 1e-300)
        up = np.clip(z, self.low, self.mode) - self.low
        down = np.clip(z, self.mode, self.high) - self.mode
        rising = (self.low * up**2 / 2 + up**3 / 3) * 2 / (width * left)
        falling = (self.mode * right * down + (right - self.mode) * down**2 / 2 - down**3 / 3) * 2 / (width * right)
        return rising + falling


@dataclass(frozen=True)
class TruncatedLaw(Law):
    """A law given that its number lies within low .. high."""

    whole: Law
    low: float
    high: float

    def _mass(self) -> float:
        return float(self.whole.between(np.array(self.low), np.array(self.high)))

    @property
    def breaks(self) -> tuple[float, ...]:  # pyright: ignore[reportIncompatibleVariableOverride]
        """Those of the whole that lie inside."""
        return tuple(each for each in self.whole.breaks if self.low < each < self.high)

    def below(self, z: Floats) -> Floats:
        """P(Z <= z)."""
        return self.whole.between(np.full(np.shape(z), self.low), np.clip(z, self.low, self.high)) / self._mass()

    def above(self, z: Floats) -> Floats:
        """P(Z > z)."""
        return self.whole.between(np.clip(z, self.low, self.high), np.full(np.shape(z), self.high)) / self._mass()

    def density(self, z: Floats) -> Floats:
        """The density."""
        return np.where((z > self.low) & (z < self.high), self.whole.density(z) / self._mass(), 0.0)

    def partial(self, z: Floats) -> Floats:
        """E[Z; Z <= z]."""
        start = np.full(np.shape(z), self.low)
        return self.whole.mean_between(start, np.clip(z, self.low, self.high)) / self._mass()


BELL, EVEN = Bell(), Even()


@dataclass(frozen=True)
class Placed:
    """A private number as place + scale * z with z of a law that nothing estimated changes."""

    law: Law
    place: Expression
    scale: Expression


def placed(distribution: Distribution, parameters: tuple[float, ...] | None) -> Placed | None:
    """A distribution in standard form; None where its parameters must be known and are not.

    parameters: their values where they are the same in every row; None where they may differ. A normal and a uniform
    number without `within` are moved and stretched by their parameters, which may then be estimated.
    """
    first, last = distribution.parameters[0], distribution.parameters[-1]
    if distribution.within is None and distribution.shape is Shape.NORMAL:
        return Placed(BELL, first, last)
    if distribution.within is None and distribution.shape is Shape.UNIFORM:
        return Placed(EVEN, first, Operation("-", (last, first)))
    if parameters is None:
        return None
    law, place, scale = _known(distribution.shape, parameters)
    if distribution.within is not None:
        ends = tuple((end - place) / scale for end in distribution.within)
        low, high = max(ends[0], law.low), min(ends[1], law.high)
        if not low < high:
            return None
        law = TruncatedLaw(law, low, high)
        if not law._mass() > 0:  # pyright: ignore[reportPrivateUsage]
            return None
    return Placed(law, Number(place), Number(scale))


def _known(shape: Shape, parameters: tuple[float, ...]) -> tuple[Law, float, float]:
    """The law of known parameters, with the place and scale that it is moved and stretched by."""
    match shape:
        case Shape.NORMAL:
            return BELL, parameters[0], parameters[1]
        case Shape.UNIFORM:
            return EVEN, parameters[0], parameters[1] - parameters[0]
        case Shape.TRIANGULAR:
            low, mode, high = parameters
            return Triangle(0.0, (mode - low) / (high - low), 1.0), low, high - low
        case Shape.LOGNORMAL:
            return LogBell(1.0, float(np.log(parameters[1]))), 0.0, parameters[0]
        case Shape.BETA:
            return BetaLaw(*parameters), 0.0, 1.0
        case _:
            low, mode, high = parameters
            width = high - low
            return BetaLaw(1 + 4 * (mode - low) / width, 1 + 4 * (high - mode) / width), low, width
