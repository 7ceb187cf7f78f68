"""Compilation: from a crisis to the flat arrays of its extensive-form game, one level of histories at a time."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detente.crisis.expressions import Expression
from detente.crisis.model import Crisis
from detente.crisis.play import Stage
from detente.errors import CaseError, Place, Problem
from detente.game.arrays import CHANCE, LEAF, Game, Ints
from detente.game.compiling.compiled import CompiledGame, PayoffPlan
from detente.game.compiling.order import Play, Turn
from detente.game.compiling.plans import ChancePlan, CostLedger, CostPlan, OutcomePlan
from detente.game.compiling.size import MEMORY_BUDGET, require_size
from detente.game.evaluate import evaluate
from detente.game.rows import Columns, RowContext, describe, distinct, join, keys_in, take
from detente.game.story import Story

Mask = NDArray[np.bool_]


@dataclass
class _Live:
    """Histories still in play: their columns, nodes, what each actor knows, costs paid, moves not yet revealed."""

    columns: Columns
    node: Ints
    knows: list[Ints]
    paid: Ints
    pending: dict[int, Ints] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.node)

    def take(self, index: NDArray[Any]) -> _Live:
        return _Live(
            take(self.columns, index),
            self.node[index],
            [known[index] for known in self.knows],
            self.paid[index],
            {turn: codes[index] for turn, codes in self.pending.items()},
        )

    @staticmethod
    def join(parts: list[_Live]) -> _Live:
        first = parts[0]
        return _Live(
            join([part.columns for part in parts]) if first.columns else {},
            np.concatenate([part.node for part in parts]),
            [np.concatenate([part.knows[actor] for part in parts]) for actor in range(len(first.knows))],
            np.concatenate([part.paid for part in parts]),
            {turn: np.concatenate([part.pending[turn] for part in parts]) for turn in first.pending},
        )


@dataclass
class _Ended:
    """Histories that ended in one outcome: nodes, last turns, columns that its payoff reads, costs, final state."""

    node: list[Ints] = field(default_factory=list)
    closed: list[Ints] = field(default_factory=list)
    columns: list[Columns] = field(default_factory=list)
    paid: list[Ints] = field(default_factory=list)
    state: list[Columns] = field(default_factory=list)


def compile_crisis(crisis: Crisis, *, memory_budget: int = MEMORY_BUDGET) -> CompiledGame:
    """The finite extensive-form game of a crisis.

    memory_budget: bytes that the game may take; its size is known before any of it is taken.
    Raises CaseError: too large, a leak, unequal moves within an information set, no move or no ending somewhere.
    """
    play = Play(crisis)
    require_size(play, memory_budget)
    builder = _Builder(play)
    for turn in play.turns:
        builder.play_turn(turn)
    builder.finish()
    return builder.assemble()


class _Builder:
    def __init__(self, play: Play) -> None:
        self.play = play
        self.crisis = play.crisis
        self.actors = [actor.id for actor in self.crisis.actors]
        self.outcome_number = {outcome.id: number for number, outcome in enumerate(self.crisis.outcomes)}
        zero = np.zeros(1, np.int32)
        self.live = _Live(play.start(play.all_keys), zero, [zero.copy() for _ in self.actors], zero.copy())
        self.next_known = [1] * len(self.actors)
        self.nodes = 1
        self.levels = [0, 1]
        # Each entry describes the nodes that one turn made, or those at which it was played.
        self.edges: list[tuple[Ints, Ints, Ints, int, Ints]] = []
        self.played: list[tuple[Ints, Ints, Ints, Ints]] = []
        self.infoset_player: list[Ints] = []
        self.infoset_step: list[Ints] = []
        self.infoset_moves: list[Ints] = []
        self.infosets = self.actions = self.chances = self.terms = 0
        self.chance_plans: list[ChancePlan] = []
        self.cost_plans: list[CostPlan] = []
        self.cost_parent: list[Ints] = [np.zeros(1, np.int32)]
        self.cost_term: list[Ints] = [np.zeros(1, np.int32)]
        self.cost_classes = 1
        self.generation = [1]
        self.problems: list[Problem] = []
        self.ended: dict[str, _Ended] = {outcome.id: _Ended() for outcome in self.crisis.outcomes}

    def play_turn(self, turn: Turn) -> None:
        live = self.live
        self.play.begin(live.columns, turn)
        acting = self.play.acting(live.columns, turn, len(live))
        if turn.stage is not None and not turn.by_chance:
            self._refuse_stage_leak(turn, acting)
        if turn.group:
            live.pending[turn.position] = np.full(len(live), -1, np.int32)
        if acting.any():
            self.live = self._expand(turn, acting)
        if turn.closes:
            self._reveal(self.live)
            ends = self.play.conclude(self.live.columns, turn, len(self.live))
            self.live = self._end(self.live, ends, turn.position)

    def _expand(self, turn: Turn, acting: Mask) -> _Live:
        movers = self.live.take(acting)
        possible = self.play.available(movers.columns, turn, len(movers))
        self._refuse_no_move(turn, movers, possible)
        row, move = np.nonzero(possible)
        row, move = row.astype(np.int32), move.astype(np.int32)
        counts = possible.sum(axis=1).astype(np.int32)
        rank = (np.cumsum(possible, axis=1) - 1)[row, move].astype(np.int32)
        first = (self.nodes + np.cumsum(counts) - counts).astype(np.int32)
        if turn.by_chance:
            infoset = np.full(len(movers), CHANCE, np.int32)
            action = np.full(len(row), -1, np.int32)
            chance = self._chance_classes(turn, movers, possible)[row, move]
        else:
            infoset, action_start = self._information_sets(turn, movers, possible)
            action = action_start[row] + rank
            chance = np.full(len(row), -1, np.int32)
        children = movers.take(row)
        parent = children.node
        children.node = np.arange(self.nodes, self.nodes + len(row), dtype=np.int32)
        self.edges.append((parent, action, chance, turn.position, move))
        self.played.append((movers.node, first, counts, infoset))
        self.nodes += len(row)
        self.levels.append(self.nodes)
        self._pay(turn, children, move)
        self.play.follow(children.columns, turn, move)
        self._learn(turn, children, move)
        children = self._end(children, self.play.ends(children.columns, turn, move), turn.position)
        return _Live.join([self.live.take(~acting), children])

    def _chance_classes(self, turn: Turn, movers: _Live, possible: Mask) -> Ints:
        """[row, branch]: chance class of each branch; rows in one context share them."""
        keys = sorted({key for each in turn.probabilities if each is not None for key in keys_in(each, turn.repeated)})
        first, inverse = distinct([*(movers.columns[key] for key in keys), *possible.T], len(movers))
        columns = {key: movers.columns[key][first] for key in keys}
        plan = ChancePlan(turn, columns, possible[first], self.chances)
        self.chance_plans.append(plan)
        self.chances += plan.size
        branches = possible.shape[1]
        return (plan.start + inverse[:, None] * branches + np.arange(branches)).astype(np.int32)

    def _information_sets(self, turn: Turn, movers: _Live, possible: Mask) -> tuple[Ints, Ints]:
        """[row]: information set and its first action."""
        player = self.actors.index(turn.mover)
        first, inverse = distinct([movers.knows[player]], len(movers))
        unequal = (possible != possible[first[inverse]]).any(axis=0)
        for number in np.flatnonzero(unequal):
            assert turn.stage is not None
            move = turn.stage.moves[number]
            what = f"whether `{move.id}` is available to `{turn.mover}` at `{turn.stage.id}`"
            self._leak(turn, movers, inverse, turn.conditions[number], what, move.place)
        moves = possible[first].sum(axis=1).astype(np.int32)
        start = (self.actions + np.cumsum(moves) - moves).astype(np.int32)
        numbers = (self.infosets + inverse).astype(np.int32)
        self.infoset_player.append(np.full(len(first), player, np.int32))
        self.infoset_step.append(np.full(len(first), turn.position, np.int32))
        self.infoset_moves.append(moves)
        self.infosets += len(first)
        self.actions += int(moves.sum())
        return numbers, start[inverse]

    def _refuse_stage_leak(self, turn: Turn, acting: Mask) -> None:
        if acting.all() or not acting.any():
            return
        player = self.actors.index(turn.mover)
        first, inverse = distinct([self.live.knows[player]], len(self.live))
        if (acting != acting[first[inverse]]).any():
            assert turn.stage is not None
            what = f"whether `{turn.mover}` gets to choose at `{turn.stage.id}`"
            self._leak(turn, self.live, inverse, turn.stage.when, what, turn.stage.place)

    def _leak(
        self, turn: Turn, rows: _Live, group: NDArray[np.intp], when: Expression | None, what: str, place: Place | None
    ) -> None:
        assert when is not None
        varying = [
            describe(self.crisis, key)
            for key in sorted(keys_in(when, turn.repeated))
            if len(distinct([group, rows.columns[key]], len(rows))[0]) > len(np.unique(group))
        ]
        unknown = " and ".join(varying) or "something"
        problem = Problem(
            f"information leak: {what} depends on {unknown}, which `{turn.mover}` cannot know there",
            f"let `{turn.mover}` see it (`seen_by`), or write a `when` that uses only what `{turn.mover}` knows",
            getattr(when, "place", None) or place,
        )
        self.problems.append(problem)

    def _refuse_no_move(self, turn: Turn, movers: _Live, possible: Mask) -> None:
        if possible.any(axis=1).all():
            return
        owner: Stage | None = turn.stage
        name = f"`{owner.id}`" if owner is not None else f"`{turn.mover}.{turn.step.variable}`"
        holder = owner or turn.variable
        problem = Problem(
            f"no move is left at {name} in some histories",
            "give one move without `when`, or a `when` to the stage itself so that it is skipped there",
            holder.place if holder is not None else None,
        )
        raise CaseError([problem])

    def _pay(self, turn: Turn, children: _Live, move: Ints) -> None:
        """Costs are read with the move made but the state as it was before it."""
        if turn.stage is None or not any(each.cost for each in turn.stage.moves):
            return
        columns = dict(children.columns)
        for key in (("move", turn.stage.id), ("now", turn.stage.id)):
            if key in columns:
                columns[key] = move
        term = np.full(len(children), -1, np.int32)
        for number, each in enumerate(turn.stage.moves):
            made = np.flatnonzero(move == number)
            if not each.cost or not len(made):
                continue
            keys = sorted({key for _, expression in each.cost for key in keys_in(expression, turn.repeated)})
            first, inverse = distinct([columns[key][made] for key in keys], len(made))
            contexts = {key: columns[key][made][first] for key in keys}
            self.cost_plans.append(CostPlan(turn, number, contexts, self.terms))
            term[made] = self.terms + inverse
            self.terms += len(first)
        paying = np.flatnonzero(term >= 0)
        first, inverse = distinct([children.paid[paying], term[paying]], len(paying))
        self.cost_parent.append(children.paid[paying][first])
        self.cost_term.append(term[paying][first])
        children.paid = children.paid.copy()
        children.paid[paying] = self.cost_classes + inverse
        self.cost_classes += len(first)
        self.generation.append(self.cost_classes)

    def _learn(self, turn: Turn, children: _Live, move: Ints) -> None:
        """The mover knows its own move at once; others see it now, or when the simultaneous stages are over."""
        for player, actor in enumerate(self.actors):
            if actor in turn.knowers:
                self._know(children, player, move, slice(None))
            elif turn.stage is not None and turn.stage.sees(actor) and not turn.group:
                self._know(children, player, self._shown(turn)[move], slice(None))
        if turn.group:
            children.pending[turn.position] = move

    def _reveal(self, live: _Live) -> None:
        for position, codes in sorted(live.pending.items()):
            turn = self.play.turns[position]
            assert turn.stage is not None
            made = np.flatnonzero(codes >= 0)
            for player, actor in enumerate(self.actors):
                if actor != turn.mover and turn.stage.sees(actor) and len(made):
                    self._know(live, player, self._shown(turn)[codes[made]], made)
        live.pending.clear()

    def _know(self, live: _Live, player: int, seen: Ints, index: slice | NDArray[np.intp]) -> None:
        known = live.knows[player].copy()
        first, inverse = distinct([known[index], seen], len(seen))
        known[index] = self.next_known[player] + inverse
        self.next_known[player] += len(first)
        live.knows[player] = known

    @staticmethod
    def _shown(turn: Turn) -> Ints:
        """[move]: number of the label that observers see."""
        assert turn.stage is not None
        labels = [turn.stage.shown(number) for number in range(len(turn.labels))]
        return np.array([labels.index(label) for label in labels], np.int32)

    def _end(self, rows: _Live, ends: Ints, position: int) -> _Live:
        """Take out the histories that end here; ends [row]: the outcome's position, or -1 where play goes on."""
        over = ends >= 0
        if not over.any():
            return rows
        for number in np.unique(ends[over]):
            self._close(self.crisis.outcomes[number].id, rows.take(ends == number), position)
        return rows.take(~over)

    def _close(self, outcome: str, rows: _Live, position: int) -> None:
        ended = self.ended[outcome]
        ended.closed.append(np.full(len(rows), position, np.int32))
        ended.node.append(rows.node)
        ended.paid.append(rows.paid)
        ended.columns.append({key: rows.columns[key] for key in sorted(self.play.outcome_keys(outcome))})
        ended.state.append({("state", each.id): rows.columns["state", each.id] for each in self.crisis.state})

    def finish(self) -> None:
        """Closes the histories that run out of stages, with the outcomes of `finally`, in order."""
        live = self.live
        for final in self.crisis.finally_:
            if not len(live):
                return
            holds = np.ones(len(live), bool)
            if final.when is not None:
                context = RowContext(self.crisis, live.columns)
                holds = np.broadcast_to(np.asarray(evaluate(final.when, context), bool), (len(live),))
            if holds.any():
                self._close(final.outcome, live.take(holds), len(self.play.turns) - 1)
                live = live.take(~holds)
        if len(live):
            raise CaseError([self._without_end(int(live.node[0]))])

    def _without_end(self, node: int) -> Problem:
        """Play that runs out of stages at a node, told at the move that led there."""
        what, place = "play can run out of stages without an outcome", next(self.crisis.stages()).place
        at = 1
        for parents, _, _, position, moves in self.edges:
            stage = self.play.turns[position].stage
            if stage is not None and at <= node < at + len(parents):
                move = stage.moves[int(moves[node - at])]
                what, place = f"{what}: nothing follows `{move.id}` at `{stage.id}`", move.place or stage.place
            at += len(parents)
        return Problem(
            what, "add `finally: OUTCOME` (or a last entry without `when`), or an `end` to the last moves", place
        )

    def assemble(self) -> CompiledGame:
        """Everything put together in node order; raises CaseError with every leak that was met."""
        if self.problems:
            raise CaseError(self.problems)
        nodes = self.nodes
        parent, action, chance = (np.full(nodes, -1, np.int32) for _ in range(3))
        step, move = (np.full(nodes, -1, np.int32) for _ in range(2))
        at = 1
        for parents, actions, chances, position, moves in self.edges:
            part = slice(at, at + len(parents))
            parent[part], action[part], chance[part] = parents, actions, chances
            step[part], move[part] = position, moves
            at += len(parents)
        first_child, child_count = np.zeros(nodes, np.int32), np.zeros(nodes, np.int32)
        infoset = np.full(nodes, LEAF, np.int32)
        for acting, first, counts, sets in self.played:
            first_child[acting], child_count[acting], infoset[acting] = first, counts, sets
        payoffs, leaves = self._payoffs()
        leaf_node, leaf_class, (outcome, closed), state = leaves
        deciding = np.flatnonzero(infoset >= 0).astype(np.int32)
        by_set = deciding[np.argsort(infoset[deciding], kind="stable")]
        sizes = np.bincount(infoset[deciding], minlength=self.infosets)
        none = np.zeros(0, np.int32)
        moves_of = np.concatenate(self.infoset_moves) if self.infoset_moves else none
        story = Story(
            tuple(turn.step for turn in self.play.turns),
            step,
            move,
            outcome,
            state,
            np.concatenate(self.infoset_step) if self.infoset_step else none,
            tuple(each.place for each in self.crisis.outcomes),
            closed,
        )
        game = Game(
            title=self.crisis.title,
            players=tuple(self.actors),
            parent=parent,
            first_child=first_child,
            child_count=child_count,
            infoset=infoset,
            action=action,
            chance=chance,
            level_start=np.array(self.levels, np.int32),
            infoset_player=np.concatenate(self.infoset_player) if self.infoset_player else none,
            action_start=np.concatenate([[0], np.cumsum(moves_of)]).astype(np.int32),
            infoset_node_start=np.concatenate([[0], np.cumsum(sizes)]).astype(np.int32),
            infoset_nodes=by_set,
            leaf_node=leaf_node,
            leaf_class=leaf_class,
            payoff_classes=len(payoffs.context),
            chance_classes=self.chances,
            story=story,
            worth=payoffs.worth(self.crisis),
        )
        return CompiledGame(game, self.crisis, payoffs, tuple(self.chance_plans))

    def _payoffs(self) -> tuple[PayoffPlan, tuple[Ints, Ints, tuple[Ints, Ints], dict[str, Ints]]]:
        plans: list[OutcomePlan] = []
        nodes: list[Ints] = []
        contexts: list[NDArray[np.intp]] = []
        paid: list[Ints] = []
        outcomes: list[Ints] = []
        closed: list[Ints] = []
        states: list[Columns] = []
        start = 0
        for outcome, ended in self.ended.items():
            if not ended.node:
                continue
            columns = join(ended.columns) if ended.columns[0] else {}
            count = sum(len(part) for part in ended.node)
            first, inverse = distinct(columns.values(), count)
            plans.append(OutcomePlan(outcome, take(columns, first)))
            nodes.append(np.concatenate(ended.node))
            contexts.append(start + inverse)
            paid.append(np.concatenate(ended.paid))
            closed += ended.closed
            outcomes.append(np.full(count, self.outcome_number[outcome], np.int32))
            states.append(join(ended.state) if self.crisis.state else {})
            start += len(first)
        node = np.concatenate(nodes)
        order = np.argsort(node)
        context, costs = np.concatenate(contexts), np.concatenate(paid)
        first, inverse = distinct([context, costs], len(node))
        ledger = CostLedger(
            tuple(self.cost_plans),
            np.concatenate(self.cost_parent),
            np.concatenate(self.cost_term),
            tuple(self.generation),
        )
        plan = PayoffPlan(tuple(plans), ledger, context[first].astype(np.int32), costs[first].astype(np.int32))
        state = {key[1]: column[order] for key, column in (join(states) if self.crisis.state else {}).items()}
        ends = (np.concatenate(outcomes)[order], np.concatenate(closed)[order])
        leaves = (node[order], inverse[order].astype(np.int32), ends, state)
        return plan, leaves
