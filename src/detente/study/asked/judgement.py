"""Judging what somebody says players do and believe: what it is worth, who would deviate where, and for how much."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detente.analysis.solved import solve_draws
from detente.analysis.told.assessment import Assessment, NamedInfoset, assess
from detente.analysis.told.beliefs import believe
from detente.case.profile_text import ProfileText, read_profile
from detente.crisis.model import Crisis
from detente.equilibrium.examined.best_response import Response, best_response
from detente.equilibrium.examined.consistency import WaysThere, bayes_beliefs, check_consistency, ways
from detente.equilibrium.examined.sequential import sequential_rationality
from detente.equilibrium.solve import solve_game
from detente.errors import RequestError
from detente.game.arrays import Game, Numbers
from detente.game.compiling.compiled import CompiledGame
from detente.game.histories import history_words
from detente.inert import inert
from detente.plurals import counted
from detente.strategy.behaviour import reach, values
from detente.strategy.regret import nash_conv
from detente.strategy.stakes import stakes
from detente.strategy.state import FLOOR
from detente.study.asked.answers import SolvedGame
from detente.study.games import prepare
from detente.study.how_solved import HowSolved
from detente.study.request import Request

Floats = NDArray[np.float64]
Profile = str | Path | Mapping[str, Any] | list[Any] | SolvedGame

TOLERANCE = 1e-6
OF_WHAT_IS_AT_STAKE = 100.0
"""Gain tolerated of a deviation, in tolerances times the stake at its decision; it binds where the stake is small."""


@dataclass(frozen=True, slots=True)
class ChangedMove:
    """A move that a best response makes otherwise: share of the gain (payoff units), probability of coming there."""

    where: str
    plays: Mapping[str, float]
    better: str
    gain: float
    reached: float


@dataclass(frozen=True, slots=True)
class Failure:
    """An information set at which the player is not rational given its beliefs.

    gain: of a single deviation to `better`; continuation: of changing all its later moves too (None: not computed).
    """

    where: str
    plays: Mapping[str, float]
    better: str
    gain: float
    continuation: float | None


@dataclass(frozen=True, slots=True)
class Misbelief:
    """A belief that contradicts Bayes' rule, which then says what is right, or only the others (right: None)."""

    where: str
    told: Mapping[str, float]
    right: Mapping[str, float] | None


@dataclass(frozen=True, eq=False)
class Judgement:
    """Judgement of a profile. All payoffs are in the case's units, at the median of everything uncertain.

    gains: by actor, the gain of its best response to the others; the gains sum to nash_conv. changes: by actor, the
    decisions at which the best response differs from the profile. failures, misbeliefs: reasons why the profile is not
    a sequential equilibrium. told: number of information sets at which beliefs were told; elsewhere beliefs follow from
    Bayes' rule or, unpinned, from equal trembles. untold: number of information sets at which the default was played.
    tempted: number of information sets at which a player whom its own moves lead there gains more than the tolerated
    part of the stake there, however small beside other payoffs. how_solved: endings and certificate of the equilibrium
    that is the default; empty without such a default.
    """

    title: str
    information_sets: int
    utilities: Mapping[str, float]
    outcomes: Mapping[str, float]
    gains: Mapping[str, float]
    changes: Mapping[str, tuple[ChangedMove, ...]]
    nash_conv: float
    payoff_range: float
    failures: tuple[Failure, ...]
    misbeliefs: tuple[Misbelief, ...]
    told: int
    unpinned: int
    untold: int
    tempted: int
    default: str
    tolerance: float
    notes: tuple[str, ...]
    how_solved: HowSolved

    @property
    def nash(self) -> bool:
        """True where nobody gains more than is tolerated, of the payoff range or at a decision, by another strategy."""
        return self.nash_conv <= self.tolerance * self.payoff_range and not self.tempted

    @property
    def sequential(self) -> bool:
        """True where the profile, with its beliefs, is a sequential equilibrium up to the tolerance."""
        return not self.failures and not self.misbeliefs

    @property
    def verdict(self) -> str:
        """Verdict on the profile, in a sentence or two."""
        share = self.nash_conv / self.payoff_range if self.payoff_range else 0.0
        if self.sequential:
            first = "This is a sequential equilibrium: everybody is rational everywhere and the beliefs are consistent."
        elif self.nash:
            first = "This is a Nash equilibrium, but not a sequential one."
        else:
            first = (
                f"This is not an equilibrium: deviating gains {self.nash_conv:.4g} in all, {share:.2%} of the range."
            )
        why: list[str] = []
        if self.failures:
            worst = max(self.failures, key=lambda failure: failure.continuation or failure.gain)
            most = max(worst.gain, worst.continuation or 0.0)
            sets = counted(self.information_sets, "information set")
            why.append(
                f"Somebody is not rational at {len(self.failures):,} of {sets}; "
                f"most at {worst.where}, which gains {most:.4g} by `{worst.better}`."
            )
        if self.misbeliefs:
            why.append(f"Beliefs are not consistent at {counted(len(self.misbeliefs), 'information set')}.")
        return " ".join([first, *why])

    def to_dict(self) -> dict[str, Any]:
        """Plain values, as `detente judge --json` prints them."""
        return {
            "case": self.title,
            "verdict": self.verdict,
            "nash": self.nash,
            "sequential": self.sequential,
            "nash_conv": self.nash_conv,
            "payoff_range": self.payoff_range,
            "tolerance": self.tolerance,
            "utilities": dict(self.utilities),
            "outcomes": dict(self.outcomes),
            "gains": dict(self.gains),
            "best_responses": {name: [_plain(each) for each in changes] for name, changes in self.changes.items()},
            "irrational": [_plain(each) for each in self.failures],
            "misbeliefs": [_plain(each) for each in self.misbeliefs],
            "information_sets": {
                "all": self.information_sets,
                "default": self.untold,
                "beliefs_told": self.told,
                "beliefs_by_equal_trembles": self.unpinned,
            },
            "default": self.default,
            "how_solved": self.how_solved.to_dict(),
            "notes": list(self.notes),
        }

    def __repr__(self) -> str:
        gains = [f"  {name} would gain {gain:.4g}" for name, gain in self.gains.items()]
        return "\n".join(map(inert, [f"Judgement of a profile of {self.title!r}: {self.verdict}", *gains]))


def _plain(record: ChangedMove | Failure | Misbelief) -> dict[str, Any]:
    values = {name: getattr(record, name) for name in record.__slots__}
    return {name: dict(value) if isinstance(value, Mapping) else value for name, value in values.items()}


def judge(case: Crisis | CompiledGame, profile: Profile, request: Request, tolerance: float) -> Judgement:
    """The judgement of a profile on a case at the medians, or on a game file.

    Raises CaseError for what does not fit the game, RequestError for settings that do not fit.
    """
    if not 0 < tolerance < 0.5:
        raise RequestError(f"the tolerance is a small share such as {TOLERANCE:g}; got {tolerance:g}")
    text = read_profile(profile.to_dict() if isinstance(profile, SolvedGame) else _writable(profile))
    compiled, numbers, crisis, default, solved = _game_of(case, request, text)
    game = compiled.game
    found = assess(text, game, crisis, default)
    behaviour = found.behaviour
    how = ways(game, numbers, behaviour, tolerance)
    natural, pinned = bayes_beliefs(game, how)
    believe(found, text, game, natural, tolerance)
    told = _told(game, found)
    beliefs = np.where(np.isnan(found.beliefs), natural, found.beliefs)
    players = range(len(game.players))
    responses = [best_response(game, numbers, behaviour, player) for player in players]
    spread = float(numbers.payoff_range()[0])
    slack = _slack(game, numbers, behaviour, beliefs, tolerance)
    return Judgement(
        title=(crisis.name or crisis.title) if crisis is not None else game.title,
        information_sets=game.infosets,
        utilities=dict(zip(game.players, values(game, numbers, behaviour[None])[0, 0].tolist(), strict=True)),
        outcomes=_outcomes(game, crisis, reach(game, numbers, behaviour[None])[0, game.leaf_node]),
        gains={game.players[player]: responses[player].gain for player in players},
        changes={game.players[player]: tuple(_changes(game, found, responses[player], slack)) for player in players},
        nash_conv=float(nash_conv(game, numbers, behaviour[None])[0]),
        payoff_range=spread,
        failures=tuple(_failures(game, numbers, found, beliefs, slack)),
        misbeliefs=tuple(_misbeliefs(game, found, (how, natural, pinned), beliefs, told, tolerance)),
        told=int(told.sum()),
        unpinned=int((~pinned & ~told).sum()),
        untold=found.entry.count(0),
        tempted=sum(int((each.share > slack[each.infosets] * each.mass).sum()) for each in responses),
        default=text.default,
        tolerance=tolerance,
        notes=tuple(found.notes),
        how_solved=solved,
    )


def _writable(profile: str | Path | Mapping[str, Any] | list[Any]) -> str | Path | dict[str, Any] | list[Any]:
    return dict(profile) if isinstance(profile, Mapping) else profile


def _game_of(
    case: Crisis | CompiledGame, request: Request, text: ProfileText
) -> tuple[CompiledGame, Numbers, Crisis | None, Floats, HowSolved]:
    """The game, its numbers at the medians, the case, play where the profile is silent, and how that was found."""
    if isinstance(case, CompiledGame) and case.fixed is not None:
        if request.set or request.scenario:
            raise RequestError("a game file has no quantities or scenarios")
        compiled, numbers, crisis = case, case.fixed, None
        if text.default == "equilibrium":
            wanted = np.inf if request.rationality is None else request.rationality
            solution = solve_game(case.game, case.fixed, wanted)
            return compiled, numbers, crisis, solution.behaviour[0], HowSolved.of(solution)
    else:
        prepared = prepare(case, request)
        compiled, crisis, draws = prepared.compiled, prepared.crisis, prepared.draws(request)
        numbers = compiled.numbers(draws)
        if text.default == "equilibrium":
            solution = solve_draws(compiled, draws, rationality=request.rationality).solution
            return compiled, numbers, crisis, solution.behaviour[0], HowSolved.of(solution)
    game = compiled.game
    random_play = 1.0 / np.diff(game.action_start)[game.infoset_of_action]
    return compiled, numbers, crisis, random_play, HowSolved()


def _told(game: Game, found: Assessment) -> NDArray[np.bool_]:
    """[infoset]: whether a belief was told there."""
    if not game.infosets:
        return np.zeros(0, bool)
    return ~np.isnan(found.beliefs[game.infoset_node_start[:-1]])


def _outcomes(game: Game, crisis: Crisis | None, leaf_reach: Floats) -> dict[str, float]:
    if crisis is None or game.story is None:
        return {}
    total = np.bincount(game.story.outcome, leaf_reach, minlength=len(crisis.outcomes))
    return {outcome.id: float(p) for outcome, p in zip(crisis.outcomes, total, strict=True)}


def _plays(game: Game, place: NamedInfoset, behaviour: Floats) -> dict[str, float]:
    start = int(game.action_start[place.infoset])
    return {move: float(behaviour[start + k]) for k, move in enumerate(place.moves)}


def _slack(game: Game, numbers: Numbers, behaviour: Floats, beliefs: Floats, tolerance: float) -> Floats:
    """[infoset]: what a deviation there may gain: the tolerance of the payoff range, and little of what is at stake."""
    if not game.infosets:
        return np.zeros(0)
    with np.errstate(divide="ignore"):
        logs = np.maximum(np.log(behaviour), FLOOR)
    at = stakes(game, numbers, logs, beliefs)
    return np.minimum(
        tolerance * float(numbers.payoff_range()[0]), at.rounding + OF_WHAT_IS_AT_STAKE * tolerance * at.wide
    )


def _changes(game: Game, found: Assessment, response: Response, slack: Floats) -> Iterator[ChangedMove]:
    """Decisions at which the best response departs from the profile, largest share of the gain first."""
    order = np.lexsort((-response.reached, -response.share))
    for k in order.tolist():
        place = found.places[int(response.infosets[k])]
        move = int(response.move[k]) - int(game.action_start[place.infoset])
        plays = _plays(game, place, found.behaviour)
        comes = response.share[k] > 0.0 or response.reached[k] > 0.0
        if comes and response.advantage[k] > slack[place.infoset] * response.mass[k]:
            yield ChangedMove(
                str(place), plays, place.moves[move], float(response.share[k]), float(response.reached[k])
            )


def _failures(game: Game, numbers: Numbers, found: Assessment, beliefs: Floats, slack: Floats) -> Iterator[Failure]:
    if not game.infosets:
        return
    rational = sequential_rationality(game, numbers, found.behaviour, beliefs)
    most = rational.gain if rational.continuation is None else np.maximum(rational.gain, rational.continuation)
    for infoset in np.argsort(-most, kind="stable").tolist():
        if most[infoset] <= slack[infoset]:
            continue
        place = found.places[infoset]
        better = place.moves[int(rational.best[infoset]) - int(game.action_start[infoset])]
        further = None if rational.continuation is None else float(rational.continuation[infoset])
        yield Failure(str(place), _plays(game, place, found.behaviour), better, float(rational.gain[infoset]), further)


def _misbeliefs(
    game: Game,
    found: Assessment,
    bayes: tuple[WaysThere, Floats, NDArray[np.bool_]],
    beliefs: Floats,
    told: NDArray[np.bool_],
    slack: float,
) -> Iterator[Misbelief]:
    """Told beliefs that Bayes' rule rules out, and those that contradict one another."""
    how, natural, pinned = bayes
    if not told.any():
        return
    wrong: set[int] = set()
    free = ~(pinned | told)  # equal trembles are an assumption there, and nothing that told beliefs could contradict
    repaired = np.where(np.repeat(free, np.diff(game.infoset_node_start)), 0.0, beliefs)
    for infoset in np.flatnonzero(told & pinned).tolist():
        span = slice(int(game.infoset_node_start[infoset]), int(game.infoset_node_start[infoset + 1]))
        if np.abs(beliefs[span] - natural[span]).max() > slack:
            wrong.add(infoset)
            repaired[span] = natural[span]
    wrong |= set(check_consistency(game, how, repaired, slack).faults)
    for infoset in sorted(wrong):
        span = slice(int(game.infoset_node_start[infoset]), int(game.infoset_node_start[infoset + 1]))
        names = [history_words(game, node) for node in game.infoset_nodes[span].tolist()]
        right = dict(zip(names, natural[span].tolist(), strict=True)) if pinned[infoset] else None
        yield Misbelief(str(found.places[infoset]), dict(zip(names, beliefs[span].tolist(), strict=True)), right)
