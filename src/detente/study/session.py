"""A case kept at hand: its games compiled once, its last solutions, and all that no draw changes.

    session = dt.Session("iran-2025")
    session.set({"good_faith": 0.6})
    session.solve().outcomes           # at once, continued from the solution before
    session.settle().outcomes          # solved from rationality zero, as `dt.solve` does

The verbs of the library are single uses of a session.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from detente.analysis.solved import Solved, solve_draws
from detente.analysis.told.selection import Selection, forced_words, given_moves, move_words, moves_given, moves_seen
from detente.crisis.expressions import Expression
from detente.equilibrium.neighbour import Near
from detente.equilibrium.solution import Ending
from detente.equilibrium.solve import solve_game
from detente.errors import RequestError, StoppedError
from detente.kernels.stopping import Stop, heeding_signals
from detente.study.asked.answers import Answers, SolvedGame
from detente.study.cases import Case, case_of
from detente.study.games import Games
from detente.study.how_solved import HowSolved
from detente.study.request import Prepared, Request, seen_in

if TYPE_CHECKING:
    from detente.crisis.inquiry import Limit, Observation
    from detente.study.ranges import Range
    from detente.study.running.ensemble import Ensemble
    from detente.study.tables.gradients import Gradients

KEPT_SOLUTIONS, SOLUTION_BYTES = 16, 2**27
"""Most solutions, and bytes of them all, that a session holds; beyond, the one asked for longest ago goes."""

_SEEN = "given what is forced"
"""Follows the name of a quantity that is told given the moves that are forced elsewhere."""

_KEPT = "kept"
"""Stands for a setting that is left as it is."""

Words = str | Sequence[str]
Floats = NDArray[np.float64]


class Session:
    """A case with settings, solved again and again; many threads may use one, and many sessions one case.

    Settings are as for `dt.solve`. What is asked is answered with those in force when the question comes. Everything
    it holds is bounded (`KEPT_SOLUTIONS`, `SOLUTION_BYTES`, and for games `detente.study.games`), and given back by
    `close()` or at the end of a `with` block; a closed session may be used again.
    Raises CaseError for a bad case, RequestError for a setting that it does not have.
    """

    def __init__(
        self,
        case: Case | str | Path,
        *,
        rationality: float | str | None = None,
        set: Mapping[str, float] | None = None,
        scenario: str | None = None,
        draws: int | None = None,
        seed: int = 0,
        force: Words = (),
        forbid: Words = (),
    ) -> None:
        request = Request.of(rationality, set, scenario, draws, seed).bound(force, forbid)
        self._begin(Games(case_of(case)), request)

    def _begin(self, games: Games, request: Request) -> None:
        self._games = games
        self._written = self._request = request
        self._lock = RLock()
        self._solutions: OrderedDict[_Name, SolvedGame] = OrderedDict()

    @property
    def case(self) -> Case:
        """The case, or the game of a game file."""
        return self._games.case

    @property
    def settings(self) -> Request:
        """The settings in force."""
        return self._request

    def set(
        self,
        quantities: Mapping[str, float | None] | None = None,
        *,
        rationality: float | str | None = _KEPT,
        scenario: str | None = _KEPT,
        draws: int | str | None = _KEPT,
        seed: int | str = _KEPT,
        force: Words | None = None,
        forbid: Words | None = None,
    ) -> Session:
        """Change some settings and leave the others; returns the session.

        quantities: numbers by name; None takes one back to what the case says. rationality, scenario, draws: None
        leaves them to the case. force, forbid: the moves from now on. Raises RequestError, and then changes nothing.
        """
        with self._lock:
            before = self._request
            numbers = {**before.set, **(quantities or {})}
            known = {name: value for name, value in numbers.items() if value is not None}
            wanted = Request.of(
                before.rationality if rationality == _KEPT else rationality,
                known,
                before.scenario if scenario == _KEPT else scenario,
                before.draws if draws == _KEPT else draws,  # pyright: ignore[reportArgumentType]
                before.seed if seed == _KEPT else seed,  # pyright: ignore[reportArgumentType]
            ).bound(before.force if force is None else force, before.forbid if forbid is None else forbid)
            self._games.check(wanted)
            self._request = wanted
        return self

    def reset(self) -> Session:
        """Take all settings back to those the session began with; returns the session."""
        with self._lock:
            self._request = self._written
        return self

    def beside(self) -> Session:
        """A session of its own on the same case, with the same settings; both share the compiled games."""
        session = object.__new__(Session)
        session._begin(self._games, self._request)
        return session

    def solve(self) -> SolvedGame:
        """The solution at the settings in force, continued from the one before where it can be.

        Its `status` says so where it was: it need not be the one on the path from rationality zero, which `settle`
        finds.
        """
        request = self._request
        with self._lock:
            known = self._known(request, settled=True) or self._known(request, settled=False)
            near = None if known else self._nearest(request)
        return known or self._keep(solve_request(self._games, request, near), settled=near is None)

    def solve_near(self, near: SolvedGame) -> SolvedGame:
        """Solves the case, continued from a given solution of nearby numbers. Raises RequestError for other draws."""
        return self._keep(solve_request(self._games, self._request, near), settled=False)

    def settle(self) -> SolvedGame:
        """The solution at the settings in force, solved from rationality zero as `dt.solve` does.

        Where it was continued before, `moved` and `settled` tell how far that moved it.
        """
        request = self._request
        with self._lock:
            known, before = self._known(request, settled=True), self._known(request, settled=False)
        if known is not None:
            return known
        found = before.settle() if before is not None else solve_request(self._games, request)
        return self._keep(found, settled=True)

    def solve_as(self, concept: str, *, iterations: int | None = None, accuracy: float | None = None) -> SolvedGame:
        """The settings in force solved for another concept (docs/theory/concepts.md). Raises RequestError."""
        from detente.equilibrium.solution import LOGIT
        from detente.study.asked.concept import effort_of, solve_as

        request = self._request
        if concept == LOGIT and iterations is None and accuracy is None:
            return self.settle()
        return SolvedGame(solve_as(self._games, request, concept, effort_of(iterations, accuracy)), request)

    def ask(self, *quantities: str, given: Words = (), events: bool = False) -> Answers:
        """Quantities of interest such as "P(war)", as `dt.ask` answers them, at the settings in force.

        They are told of settled solutions. What contradicts an event is told given the events before it, and so is the
        case as it stands. With numbers set, a scenario, or moves forced or forbidden also the
        difference to the case as it stands. Where seeing a move and forcing it differ, both are told.
        """
        from detente.analysis.over_draws.intervals import effective_number
        from detente.crisis.inquiry import EVENTS, OUTSET
        from detente.study.running.weights import SEEN, Moment, normalised

        request = self._request
        interests = self._interests(quantities)
        plain = replace(request, set={}, scenario=None, force=(), forbid=())
        prepared = self._games.prepared(plain)
        # What cannot be done is refused before anything is solved.
        after = self._games.prepared(request) if request.changed else None
        changed = after.crisis if after is not None else None
        seen = seen_in(prepared.base, (given,) if isinstance(given, str) else given, events, changed)
        parted = changed is not None and events and len(changed.timeline) < len(prepared.base.timeline)
        given_forced = self._given_forced(request, interests)
        stands = self._ensemble(prepared, plain, interests | given_forced, seen)
        weights = normalised(stands.log_seen)
        when = OUTSET if not seen else SEEN if given else EVENTS
        moment = Moment(when, len(seen), stands.count, effective_number(weights), parted)
        told = {text: stands.interests[text] for text in interests}
        weighed = weights if seen else None
        if after is None:
            found = self._selections(request, interests, told, seen, weighed)
            if given:
                named = seen_in(prepared.base, (given,) if isinstance(given, str) else given, events=False)
                found += self._selections_seen(
                    request, interests, told, moves_seen(named, prepared.base), weights, events
                )
            return Answers(told, request.draws, moment, stands.how_solved, None, weights, found)
        then = self._ensemble(after, request, interests, seen)
        both = HowSolved.together([stands.how_solved, then.how_solved])
        words = move_words(self._forced(request), self._games.crisis) if given_forced else ""
        found = [
            Selection(text, words, told[text], stands.interests[name], then.interests[text], weighed)
            for text in interests
            if (name := f"{text} {_SEEN}") in given_forced
        ]
        return Answers(then.interests, request.draws, moment, both, told, weights, found)

    def _forced(self, request: Request) -> list[Limit]:
        from detente.case.meaning.spoken import read_limits

        return read_limits(self._games.crisis, request.force, ())

    def _given_forced(self, request: Request, interests: Mapping[str, Expression]) -> dict[str, Expression]:
        """Quantities given that the forced moves are seen, where nothing but moves is forced."""
        if not request.force or request.forbid or request.set or request.scenario:
            return {}
        limits, crisis = self._forced(request), self._games.crisis
        given = {text: given_moves(interest, limits, crisis) for text, interest in interests.items()}
        return {f"{text} {_SEEN}": each for text, each in given.items() if each is not None}

    def _selections(
        self,
        request: Request,
        interests: Mapping[str, Expression],
        told: Mapping[str, Floats],
        seen: tuple[Observation, ...],
        weights: Floats | None,
    ) -> list[Selection]:
        """Each quantity that is given moves, beside the same with these moves forced."""
        found: list[Selection] = []
        crisis = self._games.crisis
        for text, interest in interests.items():
            limits = moves_given(interest, crisis)
            if not limits:
                continue
            asked = {text: replace(interest, given=())}  # pyright: ignore[reportCallIssue]
            forced = replace(request, force=forced_words(limits, crisis))
            try:
                doing = self._ensemble(self._games.prepared(forced), forced, asked, seen).interests[text]
            except RequestError:
                continue  # what cannot be forced has nothing to be told beside
            plain = self._ensemble(self._games.prepared(request), request, asked, seen).interests[text]
            found.append(Selection(text, move_words(limits, crisis), plain, told[text], doing, weights))
        return found

    def _selections_seen(
        self,
        request: Request,
        interests: Mapping[str, Expression],
        told: Mapping[str, Floats],
        limits: list[Limit],
        weights: Floats,
        events: bool,
    ) -> list[Selection]:
        """Each quantity that is told given moves seen (`told`, draws by `weights`), beside these moves forced."""
        from detente.study.running.weights import normalised

        crisis = self._games.crisis
        own = {text: each for text, each in interests.items() if not moves_given(each, crisis)}
        if not limits or not own:
            return []
        forced = replace(request, force=forced_words(limits, crisis))
        try:
            prepared = self._games.prepared(forced)
            before = prepared.crisis.timeline if events else ()
            doing = self._ensemble(prepared, forced, own, before)
        except RequestError:
            return []  # what cannot be forced has nothing to be told beside
        plain = self._ensemble(self._games.prepared(request), request, own, before)
        even, words = normalised(plain.log_seen), move_words(limits, crisis)
        return [
            Selection(text, words, plain.interests[text], told[text], doing.interests[text], even, weights)
            for text in own
        ]

    def gradient(self, *quantities: str) -> Gradients:
        """Derivatives of quantities of interest by every assumption, as of `dt.gradient`, at settled solutions."""
        from detente.study.tables.gradients import find_gradients, gradients_of

        interests = self._interests(quantities)
        if not interests:
            raise RequestError("say what to differentiate, such as P(war)")
        request = self._request
        prepared = self._games.prepared(request)
        if request.draws is not None:
            with heeding_signals():
                return find_gradients(prepared, request, interests)
        solved = self._at(request).solved
        assert solved.draws is not None
        return gradients_of(prepared, request, interests, solved.draws, [solved])

    def ranges(self) -> list[Range]:
        """The range and density of every quantity and of the rationality, all else at its median; for sliders."""
        from detente.study.ranges import ranges_of

        request = self._request
        return ranges_of(self._games.prepared(request), replace(request, draws=None))

    @property
    def size(self) -> int:
        """Bytes that games and solutions hold, about."""
        with self._lock:
            return self._games.size + sum(_size(each.solved) for each in self._solutions.values())

    def close(self) -> None:
        """Give back all games and solutions."""
        with self._lock:
            self._solutions.clear()
        self._games.forget()

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _at(self, request: Request) -> SolvedGame:
        """The settled solution at other settings than those in force, perhaps."""
        with self._lock:
            known = self._known(request, settled=True)
        return known or self._keep(solve_request(self._games, request), settled=True)

    def _ensemble(
        self, prepared: Prepared, request: Request, interests: Mapping[str, Expression], seen: tuple[Observation, ...]
    ) -> Ensemble:
        from detente.study.running.ensemble import ensemble_of
        from detente.study.running.workers import solve_ensemble

        if request.draws is None:
            return ensemble_of(self._at(request).solved, interests, seen)
        draws = prepared.draws(request)
        with heeding_signals():
            return solve_ensemble(
                prepared.compiled, draws, rationality=request.rationality, interests=interests, seen=seen
            )

    def _interests(self, quantities: Sequence[str]) -> dict[str, Expression]:
        from detente.case.formula.parsing import parse_interest

        if self._games.file is not None:
            raise RequestError("a game file has no stages or outcomes to ask about: use `solve`")
        return {text: parse_interest(text, self._games.crisis) for text in quantities}

    def _known(self, request: Request, *, settled: bool) -> SolvedGame | None:
        name = _name(request, settled)
        if name in self._solutions:
            self._solutions.move_to_end(name)
        return self._solutions.get(name)

    def _nearest(self, request: Request) -> SolvedGame | None:
        """The latest solution of the same game on as many draws."""
        for known in reversed(self._solutions.values()):
            if _same_game(known.request, request) and known.solved.count == (request.draws or 1):
                return known
        return None

    def _keep(self, found: SolvedGame, *, settled: bool) -> SolvedGame:
        with self._lock:
            self._solutions[_name(found.request, settled)] = found
            sizes = [_size(each.solved) for each in self._solutions.values()]
            while len(sizes) > 1 and (len(sizes) > KEPT_SOLUTIONS or sum(sizes) > SOLUTION_BYTES):
                self._solutions.popitem(last=False)
                sizes.pop(0)
        return found


def _size(solved: Solved) -> int:
    """Bytes of a solution with all that is read off it: behaviour, and reach of nodes and leaves in two forms."""
    game, numbers = solved.game, solved.numbers
    own = solved.count * (2 * game.actions + 2 * game.nodes + 2 * game.leaves) * 8
    return own + numbers.payoff.nbytes + numbers.chance.nbytes


_Name = tuple[Any, ...]


def _name(request: Request, settled: bool) -> _Name:
    """Name of a solution, which no other solution of the case shares."""
    return (*_variant(request), tuple(sorted(request.set.items())), request.rationality, request.seed, settled)


def _variant(request: Request) -> _Name:
    return (
        request.scenario,
        tuple(sorted(request.force)),
        tuple(sorted(request.forbid)),
        request.draws,
        request.sampling,
    )


def _same_game(one: Request, other: Request) -> bool:
    return _variant(one) == _variant(other)


def solve_request(games: Games, request: Request, near: SolvedGame | None = None) -> SolvedGame:
    """The draws of a request solved, from rationality zero or continued from nearby numbers."""
    if near is not None and near.solved.count not in (1, request.draws or 1):
        raise RequestError(
            f"`near` has {near.solved.count} draws, which cannot be continued to {request.draws or 1}; solve it with "
            "as many"
        )
    start = near.solved if near is not None else None
    if (file := games.file) is not None:
        games.check(request)
        assert file.fixed is not None
        wanted = np.inf if request.rationality is None else request.rationality
        known = Near(start.numbers, start.solution) if start is not None else None
        with heeding_signals() as stop:
            solved = Solved(file, None, file.fixed, solve_game(file.game, file.fixed, wanted, near=known))
        return SolvedGame(_finished(solved, stop), request)
    prepared = games.prepared(request)
    with heeding_signals() as stop:
        solved = solve_draws(prepared.compiled, prepared.draws(request), rationality=request.rationality, near=start)
    return SolvedGame(_finished(solved, stop), request)


def _finished(solved: Solved, stop: Stop) -> Solved:
    """The solution, unless a stop came before it. Raises StoppedError then."""
    if stop.asked and Ending.INTERRUPTED in solved.solution.endings:
        raise StoppedError
    return solved
