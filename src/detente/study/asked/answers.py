"""Answers of `solve` and `ask`."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from detente.analysis.at_decision import AtDecision, at_decision
from detente.analysis.finding_histories import MOST_FOUND, Passed, search, trail
from detente.analysis.histories import LEAST, History, histories
from detente.analysis.over_draws.intervals import NO_CHANGE, interval, sign_share
from detente.analysis.playing.playing import Playing, begin
from detente.analysis.profile import profile
from detente.analysis.solved import Solved
from detente.analysis.told.selection import Selection, noticed
from detente.crisis.quantities import LIMIT
from detente.equilibrium.solution import LOGIT
from detente.equilibrium.solve import solve_game
from detente.errors import RequestError
from detente.inert import inert, inert_lines
from detente.plurals import counted
from detente.study.along import (
    BeliefsAlong,
    EndingsAlong,
    Events,
    MovesAlong,
    beliefs_along,
    endings_along,
    moves_along,
)
from detente.study.asked.next_seen import NextSight, next_seen
from detente.study.how_solved import HowSolved
from detente.study.request import Request
from detente.study.running.weights import Moment

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]


STILL, STILL_IN_THE_LIMIT = 1e-6, 1e-4
"""Largest change of the probability of anything that is none, at a finite rationality and in the limit."""


@dataclass(frozen=True, eq=False)
class SolvedGame:
    """A solved case or game file. Over several draws, probabilities are means; `intervals` tell their spread.

    moved [draw]: where it was settled, the most by which that moved the probability of anything; else None.
    """

    solved: Solved
    request: Request
    moved: Floats | None = None

    @property
    def title(self) -> str:
        """The case's catalogue name or title."""
        crisis = self.solved.compiled.crisis
        return (crisis.name or crisis.title) if crisis is not None else self.solved.game.title

    @cached_property
    def outcomes(self) -> dict[str, Floats]:
        """[draw] probability of each outcome, by name."""
        crisis = self.solved.compiled.crisis
        if crisis is not None:
            return {outcome.id: self.solved.outcomes[:, number] for number, outcome in enumerate(crisis.outcomes)}
        return self._file_outcomes()

    def _file_outcomes(self) -> dict[str, Floats]:
        game, file = self.solved.game, self.solved.game.file
        found: dict[str, Floats] = {}
        if file is None:
            return found
        names = file.ending_names
        for leaf, node in enumerate(game.leaf_node):
            name = names[file.node_outcome[int(node)]]
            found[name] = found.get(name, np.zeros(self.solved.count)) + self.solved.leaf_reach[:, leaf]
        return found

    @cached_property
    def utilities(self) -> dict[str, Floats]:
        """[draw] expected payoff of each actor."""
        return {name: self.solved.utilities[:, number] for number, name in enumerate(self.solved.game.players)}

    @property
    def status(self) -> str:
        """Sentence on the ending of the search; over draws, the count of each ending."""
        endings = Counter(ending.value for ending in self.solved.solution.endings)
        if len(endings) == 1:
            return next(iter(endings))
        return " ".join(f"{counted(count, 'draw')}: {sentence}" for sentence, count in endings.most_common())

    @cached_property
    def how_solved(self) -> HowSolved:
        """Endings and certificate over draws."""
        return HowSolved.of(self.solved.solution)

    def settle(self) -> SolvedGame:
        """Solves the draws anew from rationality zero; `moved` and `settled` tell how far that moved the answer.

        A solution continued from nearby numbers, or another equilibrium of a search, need not lie on the path from
        rationality zero. Raises RequestError for concepts that follow no path.
        """
        before = self.solved
        if before.solution.concept != LOGIT:
            raise RequestError("only logit equilibria lie on a path from rationality zero: there is nothing to settle")
        anew = solve_game(before.game, before.numbers, before.solution.rationality)
        after = Solved(before.compiled, before.draws, before.numbers, anew)
        return SolvedGame(after, self.request, 0.5 * np.abs(after.leaf_reach - before.leaf_reach).sum(axis=1))

    @property
    def settled(self) -> str:
        """Sentence on the movement of a solution that was solved anew from rationality zero; empty for any other."""
        if self.moved is None:
            return ""
        least = np.where(np.isinf(self.solved.solution.rationality), STILL_IN_THE_LIMIT, STILL)
        count, worst = int((self.moved > least).sum()), float(self.moved.max())
        if not count:
            return f"Solved anew from rationality zero, it stays where it was, to {worst:.1e} in any probability."
        where = "" if self.solved.count == 1 else f"in {count:,} of {self.solved.count:,} draws "
        return (
            f"Solved anew from rationality zero, {where}it moves, by up to {worst:.1e} in some probability: "
            "what was told before lies elsewhere than where the path leads."
        )

    def after(self, events: Events = None) -> EndingsAlong:
        """Endings given the first 0, 1, … events, without solving again.

        events: "STAGE: MOVE" and its like, in the order in which they were seen; None for the case's timeline. Raises
        RequestError for what names nothing, and for a game file.
        """
        return endings_along(self._of_a_case(), events)

    def beliefs(self, events: Events = None) -> BeliefsAlong:
        """Beliefs of the analyst and of every actor after each event; otherwise as `after`."""
        return beliefs_along(self._of_a_case(), events)

    def moves(self, events: Events = None) -> MovesAlong:
        """Moves of every step of play, at the outset and given all events; otherwise as `after`."""
        return moves_along(self._of_a_case(), events)

    def watch(self, events: Events = None) -> tuple[NextSight, ...]:
        """Sights that may come after events, the most telling stage first; otherwise as `after`, of one solution."""
        return next_seen(self._of_a_case(), events)

    def histories(self, seen_by: str | None = None, root: str | None = None, least: float = LEAST) -> History:
        """The tree of ways play can go, private values merged and rarer branches summed, without solving again.

        seen_by: None for the analyst, who sees every move; `everybody`; or an actor. root: the address of a history or
        of a rest to begin at. least: share of the root's probability below which branches are summed. Raises
        RequestError for what names nothing, and for a game file.
        """
        return histories(self._of_a_case(), seen_by, root, least)

    def decision(self, address: str, seen_by: str | None = None) -> AtDecision:
        """One decision: what its actor knows and believes there, and what each move is worth to it.

        address: `History.decision` of a move made there: a history, then a stage. seen_by: as for `histories`.
        """
        return at_decision(self._of_a_case(), address, seen_by)

    def search(self, words: str, seen_by: str | None = None, most: int = MOST_FOUND) -> tuple[Passed, ...]:
        """The histories that end with a move of which the words tell, the likeliest first; `trail` tells the way there.

        seen_by: as for `histories`. most: how many at the most. Raises RequestError where there is no word.
        """
        return search(self._of_a_case(), words, seen_by, most)

    def trail(self, address: str, seen_by: str | None = None) -> tuple[Passed, ...]:
        """The histories on the way to an address, itself included: what a reader goes back by."""
        return trail(self._of_a_case(), address, seen_by)

    def play(self, *seats: str, seed: int = 0, moves: Sequence[str] = ()) -> Playing:
        """A game in which people play some actors (`seats`) against the solved others.

        seed: of luck, of what the others privately are, and of their moves. moves: those the seats have made already,
        in the order of play. Raises RequestError for what names nothing, and for several draws.
        """
        return begin(self._of_a_case(), seats, seed, moves)

    def _of_a_case(self) -> Solved:
        if self.solved.compiled.crisis is None:
            raise RequestError("a game file has no stages, outcomes or events to tell anything by")
        return self.solved

    @property
    def ties(self) -> list[dict[str, Any]]:
        """Information sets at which several moves are subgame perfect in some draw: actor, stage or number, moves."""
        perfect, found = self.solved.solution.subgame_perfect, list[dict[str, Any]]()
        if perfect is None:
            return found
        game = self.solved.game
        for infoset, entry in enumerate(profile(self.solved)):
            own = perfect[:, int(game.action_start[infoset]) : int(game.action_start[infoset + 1])]
            if (own.sum(axis=1) > 1).any():
                told = {key: value for key, value in entry.items() if key not in ("moves", "belief", "histories")}
                moves = [move for number, move in enumerate(entry["moves"]) if own[:, number].any()]
                found.append({**told, "moves": moves})
        return found

    def to_dict(self) -> dict[str, Any]:
        """Plain values, as `detente solve --json` prints them; of the certificate the worst draw."""
        solution, game = self.solved.solution, self.solved.game
        wanted, reached = float(solution.rationality[0]), float(solution.reached.min())
        found: dict[str, Any] = {
            "case": self.title,
            "concept": solution.concept,
            "rationality": (LIMIT if math.isinf(wanted) else wanted) if solution.concept == LOGIT else None,
            "reached": reached if solution.concept == LOGIT else None,
            "status": self.status,
            "how_solved": self.how_solved.to_dict(),
            "nash_conv": float(solution.nash_conv.max()),
            "conditional_regret": float(solution.conditional_regret.max()),
            "regret_share": _worst(solution.regret_share),
            "departure": _worst(solution.departure),
            "payoff_range": float(solution.payoff_range.max()),
            "size": {"nodes": game.nodes, "information_sets": game.infosets, "unknowns": solution.unknowns},
            "turning_points": [float(point) for points in solution.turning_points for point in points],
            "outcomes": {name: float(values.mean()) for name, values in self.outcomes.items()},
            "utilities": {name: float(values.mean()) for name, values in self.utilities.items()},
            "profile": list(profile(self.solved)),
        }
        if self.moved is not None:
            found["moved"], found["settled"] = float(self.moved.max()), self.settled
        if solution.joint is not None:
            gain = solution.joint.gain.max(axis=0)
            found["deviating_gains"] = {name: float(most) for name, most in zip(game.players, gain, strict=True)}
        if solution.subgame_perfect is not None:
            found["ties"] = self.ties
        if self.solved.count > 1:
            found["draws"] = self.solved.count
            found["intervals"] = {
                kind: {name: _ends(values) for name, values in table.items()}
                for kind, table in (("outcomes", self.outcomes), ("utilities", self.utilities))
            }
        return found

    def to_frame(self) -> pd.DataFrame:
        """One row for every move: actor, stage, round, private, knows, move, probability."""
        import pandas as pd

        rows = [
            {
                **{key: value for key, value in entry.items() if key not in ("moves", "belief", "histories")},
                "move": move,
                "p": p,
            }
            for entry in profile(self.solved)
            for move, p in entry["moves"].items()
        ]
        return pd.DataFrame(rows).rename(columns={"p": "probability"})

    def __repr__(self) -> str:
        lines = [f"Solution of {self.title!r}: {self.status}"]
        lines += [f"  {values.mean():z8.4f}  {name}" for name, values in self.outcomes.items()]
        gain = float(self.solved.solution.nash_conv.max())
        said = [self.settled] if self.settled else []
        return "\n".join(map(inert, [*lines, f"  NashConv {gain:.1e}", *said]))

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><td>{escape(name)}</td><td>{values.mean():z.4f}</td></tr>" for name, values in self.outcomes.items()
        )
        return f"<h3>{escape(self.title)}</h3><table>{rows}</table><p>{escape(self.status)}</p>"


def _worst(share: Floats) -> float | None:
    """The largest share; None where it is not told."""
    return float(share.max()) if np.isfinite(share).all() else None


def _ends(values: Floats) -> list[float]:
    found = interval(values)
    return [found.low, found.high]


def _known(value: float) -> float | None:
    return value if math.isfinite(value) else None


@dataclass(frozen=True, eq=False)
class Answers:
    """Answers to quantities of interest: values [draw] by formula; draws None where everything is at its median.

    baseline: the same on the same draws for the case as it stands, None where nothing of it is changed. moment: since
    when they are told; weights [draw]: how much each draw counts then, None where all count alike. selections: the same
    quantities given that moves are seen, beside these moves forced.
    how_solved: endings and certificate of all that was solved for them, the baseline included.
    """

    values: Mapping[str, Floats]
    draws: int | None
    moment: Moment
    how_solved: HowSolved
    baseline: Mapping[str, Floats] | None = None
    weights: Floats | None = None
    selections: Sequence[Selection] = ()

    def to_dict(self) -> dict[str, dict[str, Any]]:
        """{quantity: {when, says, value, error, low, high, median, draws, effective_draws, how_solved}}.

        value, low, high: mean and 90 % interval. when, says: since when it is told. error: standard error of the mean.
        With moves forced or forbidden also `baseline`, and `difference` to it draw by draw with its error, its interval
        and `sign_share`, the share of draws in which it has the sign of its mean. None where a condition has
        probability zero, and for error and interval of a single draw.
        """
        solved = {"how_solved": self.how_solved.to_dict()}
        parted = {text: {"selection": each.to_dict()} for text, each in noticed(self.selections).items()}
        return {
            text: {**self._told(values), **self._against(text), **parted.get(text, {}), **solved}
            for text, values in self.values.items()
        }

    def _told(self, values: Floats) -> dict[str, Any]:
        found = interval(values, self.weights)
        return {
            "when": self.moment.when,
            "says": self.moment.says,
            "value": _known(found.mean),
            "error": _known(found.error) if self.draws else None,
            "low": _known(found.low) if self.draws else None,
            "high": _known(found.high) if self.draws else None,
            "median": _known(found.median),
            "draws": self.draws,
            "effective_draws": self.moment.effective if self.draws else None,
        }

    def _against(self, text: str) -> dict[str, Any]:
        """The difference to the baseline, if there is one."""
        if self.baseline is None:
            return {}
        apart = self.values[text] - self.baseline[text]
        found = interval(np.where(np.abs(apart) < NO_CHANGE, 0.0, apart), self.weights)
        return {
            "baseline": _known(interval(self.baseline[text], self.weights).mean),
            "difference": _known(found.mean),
            "difference_error": _known(found.error) if self.draws else None,
            "difference_low": _known(found.low) if self.draws else None,
            "difference_high": _known(found.high) if self.draws else None,
            "sign_share": _known(sign_share(apart, self.weights)) if self.draws else None,
        }

    def to_frame(self) -> pd.DataFrame:
        """One row for every quantity."""
        import pandas as pd

        rows = [
            {"quantity": text, **row, "how_solved": self.how_solved.sentence} for text, row in self.to_dict().items()
        ]
        return pd.DataFrame(rows)

    def __repr__(self) -> str:
        table = self.to_frame().drop(columns="how_solved").to_string(index=False)
        return inert_lines("\n".join([table, self.how_solved.sentence, *self.how_solved.warnings]))

    def _repr_html_(self) -> str:
        said = " ".join([self.how_solved.sentence, *self.how_solved.warnings])
        return self.to_frame().drop(columns="how_solved").to_html(index=False) + f"<p>{escape(said)}</p>"
