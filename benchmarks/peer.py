"""A peer at work: `PYTHON benchmarks/peer.py` runs in any interpreter that has the peer's package, and needs no other.

Reads one JSON request a line: {"task": ..., "key": ..., arguments}; answers {"seconds": CPU seconds of the solving
alone, "answer": ...} or {"error": ...}. What is read or built for a key is kept, so that a repeat times the solve only.
"""

from __future__ import annotations

import io
import json
import os
import platform
import sys
import time

KEPT = {}
SHORT = 0.02  # seconds


def kept(request, make):
    if request["key"] not in KEPT:
        KEPT[request["key"]] = make()
    return KEPT[request["key"]]


def timed(task, again=True):
    """CPU seconds of one task, and what it found. again: a fast one is repeated until it can be timed."""
    start, count = time.process_time(), 0
    while True:
        found = task()
        count += 1
        took = time.process_time() - start
        if not again or took > SHORT:
            return took / count, found


def versions(request):
    from importlib import metadata

    found = {"python": platform.python_version()}
    for name in request["packages"]:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            found[name] = ""
    return 0.0, found


def gambit_game(request):
    import pygambit

    return kept(request, lambda: pygambit.read_efg(io.BytesIO(request["text"].encode())))


def gambit_probabilities(profile, game):
    """Every probability in one list: player by player, information sets and moves in the order of the file."""
    if isinstance(next(iter(game.players)), str):  # pygambit 17: (history, {label: probability}) pairs
        return [float(p) for player in game.players for _, mixed in profile[player] for _, p in mixed]
    sets = [infoset for player in game.players for infoset in player.infosets]
    return [float(profile[action]) for infoset in sets for action in infoset.actions]


def logit(request):
    import pygambit
    from pygambit.qre import logit_solve_lambda

    game = gambit_game(request)
    rationality = request["rationality"]
    if rationality is None:
        seconds, found = timed(lambda: pygambit.nash.logit_solve(game))
        profile = found.equilibrium if hasattr(found, "equilibrium") else found.equilibria[0]
        return seconds, None if profile is None else gambit_probabilities(profile, game)
    seconds, found = timed(lambda: logit_solve_lambda(game, rationality))
    try:
        return seconds, gambit_probabilities(found[0].profile, game)
    except ValueError:  # pygambit 16.7 cannot make a profile of its own result; its numbers are in the same order
        return seconds, [found[0][k] for k in range(len(found[0]))]


def sequence_programme(request):
    """pygambit's linear programme for two-player zero-sum games, in floating point."""
    import pygambit

    game = gambit_game(request)
    seconds, found = timed(lambda: pygambit.nash.lp_solve(game, rational=False))
    profile = found.equilibria[0] if hasattr(found, "equilibria") else found.equilibrium
    return seconds, gambit_probabilities(profile, game)


def openspiel_regret(request):
    """Iterations of OpenSpiel's CFR in C++; the answer is NashConv of the average."""
    import pyspiel

    game = kept(request, lambda: pyspiel.load_game(request["game"]))
    solver = {"cfr": pyspiel.CFRSolver, "cfr+": pyspiel.CFRPlusSolver}[request["rule"]](game)

    def iterate():
        for _ in range(request["iterations"]):
            solver.evaluate_and_update_policy()

    seconds, _ = timed(iterate, again=False)
    return seconds, pyspiel.nash_conv(game, solver.average_policy())


def liteefg_regret(request):
    """Iterations of LiteEFG's CFR; the answer is NashConv of its (linear) average."""
    import LiteEFG
    import pyspiel
    from LiteEFG.baselines import CFR, CFRplus

    rule = {"cfr": CFR, "cfr+": CFRplus}[request["rule"]]
    graph = rule.graph()
    environment = LiteEFG.OpenSpielEnv(pyspiel.load_game(request["game"]), traverse_type="Enumerate", regenerate=False)
    environment.set_graph(graph)

    def iterate():
        for _ in range(request["iterations"]):
            graph.update_graph(environment)
            environment.update_strategy(graph.current_strategy(), update_best=False)

    seconds, _ = timed(iterate, again=False)
    average = "linear-avg-iterate" if request["rule"] == "cfr+" else "avg-iterate"
    return seconds, sum(environment.exploitability(graph.current_strategy(), average))


def liteefg_until(request):
    """LiteEFG's CFR+ until NashConv of its average is small enough; it is looked at as often as Détente looks."""
    import LiteEFG
    import pyspiel
    from LiteEFG.baselines import CFRplus

    graph = CFRplus.graph()
    environment = LiteEFG.OpenSpielEnv(pyspiel.load_game(request["game"]), traverse_type="Enumerate", regenerate=False)
    environment.set_graph(graph)

    def run():
        done, look, gap = 0, 8, float("inf")
        while gap > request["nash_conv"] and done < request["most"]:
            while done < look:
                graph.update_graph(environment)
                environment.update_strategy(graph.current_strategy(), update_best=False)
                done += 1
            gap = sum(environment.exploitability(graph.current_strategy(), "linear-avg-iterate"))
            look = max(done + 8, int(done * 1.15))
        return gap

    return timed(run, again=False)


def openspiel_until(request):
    """Regret minimisation with OpenSpiel's CFR+, to an exploitability."""
    import pyspiel

    game = kept(request, lambda: pyspiel.load_game(request["game"]))
    solver = pyspiel.CFRPlusSolver(game)

    def run():
        done, look, gap = 0, 8, float("inf")
        while gap > request["nash_conv"] and done < request["most"]:
            while done < look:
                solver.evaluate_and_update_policy()
                done += 1
            gap = pyspiel.nash_conv(game, solver.average_policy())
            look = max(done + 8, int(done * 1.15))
        return gap

    return timed(run, again=False)


def bimatrix(request):
    """One equilibrium of a bimatrix game, as a pair of mixed strategies."""
    import numpy as np

    first, second = (np.array(side) for side in request["payoffs"])
    if request["program"] == "nashpy":
        import nashpy

        game = nashpy.Game(first, second)
        solve = {
            "lemke-howson": lambda: game.lemke_howson(initial_dropped_label=0),
            "support enumeration": lambda: next(iter(game.support_enumeration())),
        }[request["method"]]
    else:
        import quantecon.game_theory as gt

        game = gt.NormalFormGame((gt.Player(first), gt.Player(np.ascontiguousarray(second.T))))
        solve = {
            "lemke-howson": lambda: gt.lemke_howson(game),
            "support enumeration": lambda: gt.support_enumeration(game)[0],
        }[request["method"]]
    kept(request, solve)  # quantecon compiles when first called
    seconds, found = timed(solve)
    return seconds, [list(map(float, side)) for side in found]


TASKS = {
    "versions": versions,
    "logit": logit,
    "sequence programme": sequence_programme,
    "openspiel regret": openspiel_regret,
    "liteefg regret": liteefg_regret,
    "liteefg until": liteefg_until,
    "openspiel until": openspiel_until,
    "bimatrix": bimatrix,
}


def main():
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)  # what packages print goes elsewhere
    for line in sys.stdin:
        request = json.loads(line)
        try:
            seconds, answer = TASKS[request["task"]](request)
            told = {"seconds": seconds, "answer": answer}
        except Exception as error:
            told = {"error": f"{type(error).__name__}: {error}"}
        answers.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    main()
