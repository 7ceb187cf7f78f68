"""Zero-sum games: a linear programme, iterations of regret minimisation, and time to a small exploitability."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.logit_rows import flat_order
from benchmarks.machine import Machine
from benchmarks.race import Entrant, Peer, Row, in_this_process, race
from detente.equilibrium.concepts.registry import solve_concept
from detente.equilibrium.concepts.regret_kernels import iterate, new_iterate, start_plans
from detente.equilibrium.concepts.regret_matching import REGRET_RULES, regret_matching
from detente.game.arrays import Game, Numbers
from detente.game.exchange.gambit_writing import efg_text
from detente.game.exchange.openspiel import read_openspiel
from detente.strategy.behaviour import values
from detente.strategy.regret import nash_conv
from detente.strategy.sequence_form import behaviour_of, sequence_form, uniform

Floats = NDArray[np.float64]

EXPLOITABILITY = 1e-4  # of the profile, as OpenSpiel has it: NashConv over the number of players
GAMES = {"Kuhn poker": "kuhn_poker", "Leduc poker": "leduc_poker", "liar's dice, 4 sides": "liars_dice(dice_sides=4)"}
ITERATIONS = {"Kuhn poker": 2000, "Leduc poker": 60, "liar's dice, 4 sides": 60}
PROGRAMS = {
    "cfr": {"OpenSpiel": "openspiel regret"},
    "cfr, all players at once": {"LiteEFG": "liteefg regret"},
    "cfr+": {"OpenSpiel": "openspiel regret", "LiteEFG": "liteefg regret"},
}
LIKE = 2.0  # NashConv of averages after as many iterations: programs may weigh and order a little otherwise


def rows(spiel: Peer, gambit: Peer | None, machine: Machine, repeats: int, slow: bool) -> Iterator[Row]:
    """The programme first, then every rule and game."""
    if gambit is not None:
        for name in ("kuhn_poker", "liars_dice(dice_sides=2)", "liars_dice(dice_sides=3)")[: 3 if slow else 2]:
            yield programme(name, gambit, repeats)
    for name in GAMES:
        for rule in PROGRAMS:
            yield iterations(name, rule, spiel, machine, repeats)
    for name in list(GAMES)[: 3 if slow else 1]:
        yield until(name, spiel, repeats)


def programme(name: str, gambit: Peer, repeats: int) -> Row:
    """The value by linear programme; optimal profiles are many, so the value and both certificates are compared."""
    game, numbers = read_openspiel(name)
    text = efg_text(game, numbers)
    order = flat_order(game)

    def differ(ours: Any, found: list[float]) -> str:
        behaviour = np.empty(game.actions)
        behaviour[order] = found
        gap = abs(worth(game, numbers, ours.behaviour[0]) - worth(game, numbers, behaviour))
        regret = float(nash_conv(game, numbers, behaviour[None])[0])
        if regret > 1e-7:
            return f"its answer's NashConv is {regret:.0e}"
        return "" if gap < 1e-8 else f"values differ by {gap:.0e}"

    entrants = [
        Entrant("Détente", in_this_process(lambda: solve_concept(game, numbers, "zero-sum"))),
        Entrant(f"{gambit_name(gambit)} lp_solve", lambda: gambit.ask("sequence programme", name, text=text)),
    ]
    row = race("zero-sum value by linear programme", name, entrants, differ, repeats=repeats)
    row.right = float(row.ours.answer.nash_conv[0]) < 1e-7
    row.told = f"{game.nodes:,} nodes, value {worth(game, numbers, row.ours.answer.behaviour[0]):.7f}"
    return row


def gambit_name(peer: Peer) -> str:
    return f"pygambit {peer.ask('versions', packages=['pygambit'])[1]['pygambit']}"


def worth(game: Game, numbers: Numbers, behaviour: Floats) -> float:
    """Expected payoff of the first player."""
    return float(values(game, numbers, behaviour[None])[0, 0, 0])


def iterations(name: str, rule: str, spiel: Peer, machine: Machine, repeats: int) -> Row:
    """The kernel alone, from uniform behaviour; set-up is timed for nobody. Seconds are of one iteration."""
    game, numbers = read_openspiel(GAMES[name])
    form = sequence_form(game)
    weights = form.weights(numbers.payoff[0], numbers.chance[0])
    count = ITERATIONS[name]
    plain, _, at_once = rule.partition(", ")
    kept = REGRET_RULES[plain]._replace(alternate=not at_once)

    def ours() -> float:
        it = new_iterate(len(form.action), len(game.players), 0)
        it.behaviour[:] = uniform(form)
        start_plans(form.treeplex, it)
        iterate(form.treeplex, weights, it, kept, 0, count)
        start = form.treeplex.start
        average = it.total / np.repeat(it.total[start[:-1]], np.diff(start))
        behaviour = behaviour_of(form, average, it.behaviour)
        return float(nash_conv(game, numbers, behaviour[None])[0])

    def per_iteration(run: Any) -> Any:
        def one() -> tuple[float, float]:
            seconds, answer = run()
            return seconds / count, answer

        return one

    def theirs(task: str) -> Any:
        return per_iteration(lambda: spiel.ask(task, GAMES[name], game=GAMES[name], rule=plain, iterations=count))

    def differ(own: float, found: float) -> str:
        alike = max(own, found) < LIKE * min(own, found)
        return "" if alike else f"NashConv after {count} iterations is {own:.1e} and {found:.1e}"

    entrants = [Entrant("Détente", per_iteration(in_this_process(ours)))]
    entrants += [Entrant(program, theirs(task)) for program, task in PROGRAMS[rule].items()]
    row = race(f"one iteration of {plain.upper()}{at_once and ', ' + at_once}", name, entrants, differ, repeats=repeats)
    averages = ", ".join(f"{each.answer:.2e}" for each in (row.ours, *row.peers) if each.answer is not None)
    row.told = f"{game.nodes:,} nodes; NashConv of the averages after {count}: {averages}"
    row.floor = 8.0 * (4 * game.leaves + 8 * len(form.action)) / machine.cache
    return row


def until(name: str, spiel: Peer, repeats: int) -> Row:
    """From uniform behaviour to the exploitability, set-up included for Détente."""
    game, numbers = read_openspiel(GAMES[name])
    gain = EXPLOITABILITY * len(game.players)
    spread = float(numbers.payoff_range()[0])

    def ours() -> Any:
        return regret_matching(game, numbers.payoff[0], numbers.chance[0], iterations=10**6, accuracy=gain / spread)

    arguments = {"game": GAMES[name], "nash_conv": gain, "most": 10**6}
    entrants = [
        Entrant("Détente", in_this_process(ours)),
        Entrant("OpenSpiel CFR+", lambda: spiel.ask("openspiel until", GAMES[name], **arguments)),
        Entrant("LiteEFG CFR+", lambda: spiel.ask("liteefg until", GAMES[name], **arguments)),
    ]

    def differ(own: Any, found: float) -> str:
        return "" if found <= gain else f"its NashConv is {found:.1e}"

    row = race(f"to exploitability {EXPLOITABILITY:g}", name, entrants, differ, repeats=repeats)
    row.right = float(nash_conv(game, numbers, row.ours.answer.behaviour[None])[0]) <= gain * (1 + 1e-9)
    row.told = f"Détente: predictive CFR+, {row.ours.answer.iterations} iterations"
    return row
