"""A study invented for these tests: the tables of the contract with numbers that nobody computed."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest

from detente.crisis.evidence import Citation, Source, Support
from detente.crisis.expressions import (
    DomainValue,
    Ended,
    Number,
    Operation,
    PrivateValue,
    Probability,
    StageMove,
    Utility,
)
from detente.crisis.inquiry import Claim, Observation, Question, Reading, Scenario
from detente.crisis.model import Crisis
from detente.crisis.play import Actor, Move, Outcome, PrivateVariable, Stage
from detente.crisis.quantities import Distribution, Quantity, Shape

NAN = math.nan


def _uniform(low: float, high: float) -> Distribution:
    return Distribution(Shape.UNIFORM, (Number(low), Number(high)))


def _named(name: str) -> tuple[str, str, str]:
    return name, f"{name}_low", f"{name}_high"


def _cited(source: str, sentence: int, says: str) -> Support:
    return Support((Citation(source, sentence, sentence, says),))


AIM = PrivateValue("us", "aim")
LEVERAGE = Operation("=", (AIM, DomainValue("leverage", 0)))
MANOEUVRE = Operation("=", (AIM, DomainValue("manoeuvre", 1)))
WAR = Probability(Ended("war"))
DEAL = Probability(Ended("verified"))
TALKS = Probability(
    Operation("=", (StageMove("reply"), DomainValue("talk", 0))),
    (Operation("=", (StageMove("letter"), DomainValue("both", 2))),),
)

OUTCOMES = {
    "standoff": ("A long standoff", 0.41, 0.28, 0.57),
    "symbolic": ("A symbolic deal that serves both sides’ optics", 0.21, 0.09, 0.35),
    "verified": ("A verified deal like that of 2015", 0.12, 0.04, 0.22),
    "war": ("War", 0.10, 0.03, 0.24),
    "strike": ("An Israeli strike on the programme", 0.08, 0.02, 0.19),
    "bomb": ("An Iranian bomb", 0.04, 0.004, 0.11),
    "dismantled": ("Dismantlement", 0.02, 0.0, 0.06),
}

QUANTITIES = (
    Quantity(
        "worth",
        _uniform(0.1, 0.7),
        "what an American promise is worth after 2018",
        support=_cited("signals", 8, "trust is low after past conduct"),
    ),
    Quantity(
        "pressure",
        _uniform(0.0, 0.5),
        "what sanctions cost Iran in a standoff",
        support=_cited("gamble", 6, "hardship and isolation push towards talks"),
    ),
    Quantity("threat", _uniform(0.05, 0.6), "how credible the threat of force is"),
    Quantity(
        "gulf",
        _uniform(0.0, 0.3),
        "how far Gulf support lowers Israel’s cost of a strike",
        support=Support(note="set by judgement; the texts give a direction only"),
    ),
    Quantity(
        "audience",
        _uniform(0.0, 0.4),
        "what it costs a leader at home to talk after a public threat",
        support=_cited("gamble", 16, "talks from weakness are damaging at home"),
    ),
    Quantity("detect", _uniform(0.3, 0.9), "chance that a hidden move of the programme is seen"),
    Quantity(
        "optics", _uniform(0.0, 0.2), "what better optics than in 2015 are worth", unit="of the span from best to worst"
    ),
    Quantity("mediator", _uniform(0.0, 0.2), "what mediation brings Russia", support=Support(note="judgement")),
)

EVENTS = (
    (date(2025, 3, 7), "letter", "United States: the letter is offer and threat at once", 0.35, 0.62),
    (date(2025, 3, 12), "reply", "Iran: dismisses the letter", 0.60, 0.0),
    (date(2025, 3, 15), "strikes", "United States: strikes on the Houthis in Yemen", 0.30, -0.51),
    (date(2025, 3, 21), "envoy", "United States: the envoy hints at verification", 0.45, 0.74),
    (date(2025, 3, 23), "adviser", "United States: the adviser insists on complete dismantlement", 0.06, -0.35),
    (date(2025, 3, 25), "offer", "Russia: offers to mediate", 0.70, 0.02),
)

TITLE = "A letter to Tehran"
ABOUT = (
    "A letter offers talks and threatens force in one breath, while an ally of its addressee is bombed. Is it leverage "
    "to force talks, or a manoeuvre that keeps the military option?\n\nInvented numbers, for tests of the page only."
)


def invented_crisis() -> Crisis:
    """A crisis with names for everything that the invented tables mention; its game is never compiled."""
    return Crisis(
        title=TITLE,
        about=ABOUT,
        name="letter",
        digest="sha256:0123456789abcdef",
        sources=(
            Source("signals", "Mixed signals", "Example desk", date(2025, 3, 24), "signals.txt"),
            Source("gamble", "The gamble", "Another desk", date(2025, 3, 25), "gamble.txt"),
        ),
        quantities=QUANTITIES,
        actors=(
            Actor("us", "United States", (PrivateVariable("aim", ("leverage", "manoeuvre")),)),
            Actor("iran", "Iran", (PrivateVariable("aim", ("pragmatic", "defiant", "delaying")),)),
            Actor("israel", "Israel"),
            Actor("russia", "Russia"),
        ),
        steps=(
            Stage("letter", "us", (Move("offer"), Move("threat"), Move("both", name="offer and threat")), "The letter"),
            Stage(
                "reply", "iran", (Move("talk", name="accepts talks"), Move("dismiss", name="dismisses it")), "The reply"
            ),
        ),
        outcomes=tuple(Outcome(id, name) for id, (name, *_) in OUTCOMES.items()),
        readings=(
            Reading("leverage", LEVERAGE, "leverage to force talks"),
            Reading("manoeuvre", MANOEUVRE, "a manoeuvre that keeps the military option"),
        ),
        timeline=tuple(
            Observation(stage, 0, date=day, support=_cited("signals", 3 + k, "reported that day"))
            for k, (day, stage, *_) in enumerate(EVENTS)
        ),
        questions=(
            Question(
                "credibility",
                "threat",
                0.05,
                0.6,
                12,
                (("P(war)", WAR), ("P(verified)", DEAL), ("P(reply = talk given letter = both)", TALKS)),
                "Does credibility bring talks or war?",
            ),
            Question("price", "pressure", 0.0, 0.5, 11, (("U(iran)", Utility("iran")),)),
        ),
        claims=(
            Claim(
                "vaez",
                "the more force is threatened, the less Iran comes to talks",
                "threat",
                False,
                ("P(reply = talk)", TALKS),
                "Vaez",
                _cited("signals", 9, "threats will not bring Iran to talks"),
            ),
            Claim(
                "taleblu",
                "a more credible threat makes a verified deal likelier",
                "threat",
                True,
                ("P(verified)", DEAL),
                "Ben Taleblu",
                _cited("signals", 17, "a credible threat is the key to any agreement"),
            ),
        ),
        scenarios=(
            Scenario("no_threat", "The letter without its threat"),
            Scenario("trust", "An American promise is worth what it was in 2015"),
            Scenario("no_mediator", "Russia stays out"),
            Scenario("gulf", "The Gulf turns away from Israel"),
        ),
    )


@dataclass
class InventedStudy:
    """The tables of the contract; `draws` 0 leaves every interval out, `bare` leaves the optional sections out."""

    case: Crisis = field(default_factory=invented_crisis)
    draws: int = 200
    bare: bool = False
    certified: int = 200
    settings: dict[str, Any] = field(default_factory=dict)
    size: dict[str, Any] = field(
        default_factory=lambda: {"nodes": 31_204, "information_sets": 812, "unknowns": 1_420, "leaves": 18_800}
    )

    def __post_init__(self) -> None:
        self.settings = {
            "draws": self.draws or None,
            "seed": 0,
            "rationality": "limit",
            "scenario": None,
            "set": {},
            "version": "0.1.0",
            "digest": "0123456789abcdef",
        } | self.settings
        if self.bare:
            self.case = replace(self.case, readings=(), timeline=(), questions=(), claims=(), scenarios=(), sources=())

    def _estimate(self, median: float, low: float, high: float, *names: str) -> dict[str, float]:
        keys = names or ("mean", "low", "high")
        return dict(zip(keys, (median, low, high) if self.draws else (median, NAN, NAN), strict=True))

    def moments(self) -> pd.DataFrame:
        draws = max(self.draws, 1)
        seen = len(self.case.timeline)
        rows = [("outset", "at the outset", 0, draws, draws, False)]
        if seen:
            rows.append(("events", f"given the {seen} events seen", seen, draws, 0.6 * draws, 0.6 * draws < 40))
        return pd.DataFrame(rows, columns="when says events draws effective_draws few".split())

    def outcomes(self) -> pd.DataFrame:
        names = {each.id: each.name for each in self.case.outcomes}
        return pd.DataFrame(
            [
                dict(
                    outcome=id,
                    name=names.get(id, id),
                    **self._estimate(mid, low, high),
                    **self._estimate(NAN, NAN, NAN, "after_mean", "after_low", "after_high"),
                )
                for id, (_, mid, low, high) in OUTCOMES.items()
            ]
        )

    def moves(self) -> pd.DataFrame:
        rows = []
        shares = {"letter": (0.2, 0.25, 0.55), "reply": (0.38, 0.62)}
        for stage in self.case.stages():
            for move, share in zip(stage.moves, shares[stage.id], strict=True):
                rows.append(
                    dict(
                        stage=stage.id,
                        stage_name=stage.label,
                        round=0,
                        actor=stage.by,
                        move=move.id,
                        move_name=move.label,
                        reached=1.0 if stage.id == "letter" else 0.8,
                        **self._estimate(share, share * 0.7, min(1, share * 1.3)),
                        **self._after(share * 0.9, share * 0.6, min(1, share * 1.1)),
                        after_reached=0.7 if self.case.timeline else math.nan,
                        seen=False,
                    )
                )
        return pd.DataFrame(rows)

    def _after(self, *estimate: float, prefix: str = "after_") -> dict[str, float]:
        """The same given the events; nothing where the case has none."""
        names = [f"{prefix}{end}" for end in ("mean", "low", "high")]
        return self._estimate(*(estimate if self.case.timeline else (math.nan,) * 3), *names)

    def utilities(self) -> pd.DataFrame:
        return pd.DataFrame(
            [
                dict(
                    actor=each.id,
                    name=each.label,
                    **self._estimate(0.5 - 0.1 * k, 0.4 - 0.1 * k, 0.66 - 0.1 * k),
                    **self._after(0.4 - 0.1 * k, 0.3 - 0.1 * k, 0.56 - 0.1 * k),
                )
                for k, each in enumerate(self.case.actors)
            ]
        )

    def beliefs(self) -> pd.DataFrame:
        if self.bare:
            return pd.DataFrame(columns=["event", "observer", "subject", "mean"])
        rows: list[dict[str, Any]] = []
        for observer, sharper in (("analyst", 1.0), ("iran", 1.0), ("israel", 1.4), ("russia", 1.0)):
            rows += self._path("leverage", "", "leverage to force talks", observer, 0.5, sharper)
            rows += self._path("manoeuvre", "", "a manoeuvre that keeps the military option", observer, 0.5, -sharper)
            if observer != "iran":
                for value, prior in (("pragmatic", 0.45), ("defiant", 0.35), ("delaying", 0.2)):
                    rows += self._path("iran.aim", value, value, observer, prior, 0.5 if value == "pragmatic" else -0.4)
        return pd.DataFrame(rows)

    def _path(
        self, subject: str, value: str, name: str, observer: str, prior: float, sharp: float
    ) -> list[dict[str, Any]]:
        odds = math.log(prior / (1 - prior))

        def share(shift: float) -> float:
            return 1 / (1 + math.exp(-(odds + shift)))

        common = {"round": 0, "observer": observer, "subject": subject, "value": value, "name": name}
        rows = [
            dict(
                event=0,
                date=None,
                stage="",
                move="",
                label="before anything",
                **common,
                **self._estimate(prior, prior - 0.12, prior + 0.12),
                llr_median=NAN,
                llr_low=NAN,
                llr_high=NAN,
                surprise=NAN,
            )
        ]
        for k, (day, stage, label, surprise, ratio) in enumerate(EVENTS, start=1):
            odds += sharp * ratio
            width = 0.0 if ratio == 0 else 0.35
            rows.append(
                dict(
                    event=k,
                    date=pd.Timestamp(day),
                    stage=stage,
                    move="x",
                    label=label,
                    **common,
                    **self._estimate(share(0), share(-0.5), share(0.5)),
                    **self._estimate(
                        sharp * ratio, sharp * ratio - width, sharp * ratio + width, "llr_median", "llr_low", "llr_high"
                    ),
                    surprise=surprise,
                )
            )
        return rows

    def post_mortem(self) -> pd.DataFrame:
        return pd.DataFrame()

    def groups(self) -> pd.DataFrame:
        return pd.DataFrame()

    def groups_along(self) -> pd.DataFrame:
        return pd.DataFrame()

    def changed(self) -> pd.DataFrame:
        return pd.DataFrame()

    def selections(self) -> pd.DataFrame:
        return pd.DataFrame()

    def outcomes_along(self) -> pd.DataFrame:
        """War rises with all events but the third and the last, which move nothing; the others make room for it."""
        if self.bare:
            return pd.DataFrame()
        rows, war = [], 0.1
        for k in range(len(EVENTS) + 1):
            moved = 0.0 if k in (0, 3, len(EVENTS)) else 0.06
            war += moved
            for id, (name, share, *_) in OUTCOMES.items():
                own = war if id == "war" else share * (1 - war) / 0.9
                change = (moved if id == "war" else -share * moved / 0.9) if k else NAN
                rows.append(
                    dict(
                        **self._event(k),
                        outcome=id,
                        name=name,
                        **self._estimate(own, own * 0.6, min(1, own * 1.4)),
                        mean_error=0.012 if self.draws else NAN,
                        **self._estimate(change, change - 0.1, change + 0.1, *_named("change")),
                        change_error=0.004 if self.draws and k else NAN,
                        surprise=EVENTS[k - 1][3] if k else NAN,
                    )
                )
        return pd.DataFrame(rows)

    def misreadings(self) -> pd.DataFrame:
        """Israel misreads Iran from the fourth event on; everybody else reads everybody rightly."""
        if self.bare:
            return pd.DataFrame()
        rows = []
        for observer, of in (("us", "iran"), ("israel", "iran"), ("russia", "iran")):
            for k in range(len(EVENTS) + 1):
                held = 0.5 + 0.05 * k
                wrong = -0.12 if observer == "israel" and k >= 4 else 0.0
                for id, name, own in (
                    ("leverage", "leverage to force talks", held),
                    ("manoeuvre", "a manoeuvre that keeps the military option", 1 - held),
                ):
                    off = wrong if id == "leverage" else -wrong
                    rows.append(
                        dict(
                            **self._event(k),
                            observer=observer,
                            of=of,
                            subject=id,
                            value="",
                            name=name,
                            **self._estimate(own + off, own + off - 0.1, own + off + 0.1),
                            **self._estimate(own, own - 0.1, own + 0.1, "held_mean", "held_low", "held_high"),
                            **self._estimate(off, off - 0.05, off + 0.05, *_named("misreading")),
                            misreading_error=0.01 if self.draws else NAN,
                            distance=abs(off),
                        )
                    )
        return pd.DataFrame(rows)

    @staticmethod
    def _event(number: int) -> dict[str, Any]:
        if not number:
            return {"event": 0, "date": None, "label": "before anything"}
        day, _, label, *_ = EVENTS[number - 1]
        return {"event": number, "date": pd.Timestamp(day), "label": label}

    def claims(self) -> pd.DataFrame:
        if self.bare:
            return pd.DataFrame()
        said = {each.id: each for each in self.case.claims}
        found = {"vaez": (0.31, 0.04, 0.06, -0.05, 0.17), "taleblu": (0.72, 0.03, 0.05, -0.02, 0.14)}
        return pd.DataFrame(
            [
                dict(
                    claim=id,
                    says=said[id].says,
                    by=said[id].by,
                    raises="threat",
                    compares="",
                    by_rule=False,
                    events=0,
                    expect="rises" if said[id].rises else "falls",
                    of=said[id].of[0],
                    when=when,
                    first=when == "events",
                    why="",
                    tried=1.0,
                    holds=holds if self.draws else float(holds > 0.5),
                    ties=ties if self.draws else 0.0,
                    low_value=0.05,
                    high_value=0.6,
                    draws=self.draws,
                    **self._estimate(mid, low, high),
                )
                for id, (holds, ties, mid, low, high) in found.items()
                for when in ("events", "outset")
            ]
        )

    def questions(self) -> pd.DataFrame:
        if self.bare:
            return pd.DataFrame()
        rows = []
        for question in self.case.questions:
            for k, (show, _) in enumerate(question.show):
                for value in np.linspace(question.low, question.high, question.steps):
                    middle = 0.1 + 0.5 * value * (1 if k != 1 else -0.15)
                    rows.extend(
                        dict(
                            question=question.id,
                            vary=question.vary,
                            value=float(value),
                            show=show,
                            when=when,
                            first=when == "events",
                            why="",
                            draws=self.draws,
                            **self._estimate(middle, middle * 0.7, middle * 1.35),
                        )
                        for when in ("events", "outset")
                    )
        return pd.DataFrame(rows)

    def scenarios(self) -> pd.DataFrame:
        if self.bare:
            return pd.DataFrame()
        rows = []
        for k, scenario in enumerate(self.case.scenarios):
            for j, (id, (name, median, *_)) in enumerate(OUTCOMES.items()):
                shift = 0.09 * math.cos(2.1 * k + 1.3 * j) * (k != 2)
                rows.append(
                    dict(
                        scenario=scenario.id,
                        name=scenario.label,
                        outcome=id,
                        outcome_name=name,
                        **self._estimate(max(0, median + shift), max(0, median + shift - 0.08), median + shift + 0.1),
                        **self._estimate(
                            shift, shift - 0.04, shift + 0.06, "difference", "difference_low", "difference_high"
                        ),
                        sign_share=0.97 if j % 2 else 0.71,
                        **self._after(max(0, median - shift), max(0, median - shift - 0.08), median - shift + 0.1),
                        **{
                            name.replace("_mean", ""): value
                            for name, value in self._after(
                                -shift, -shift - 0.04, -shift + 0.06, prefix="after_difference_"
                            ).items()
                        },
                        after_sign_share=0.97,
                        difference_error=0.01,
                        after_difference_error=0.012,
                        settled=False,
                        after_events=len(EVENTS),
                        draws=self.draws,
                    )
                )
        return pd.DataFrame(rows)

    def hinges(self) -> pd.DataFrame:
        if self.bare or not self.draws:
            return pd.DataFrame()
        rows = []
        for k, quantity in enumerate(self.case.quantities):
            for j, (id, (name, median, *_)) in enumerate(OUTCOMES.items()):
                swing = (0.22 - 0.035 * k) * math.cos(1.1 * k + 0.9 * j)
                support = str(quantity.support.grade)
                rows.append(
                    {
                        "quantity": quantity.id,
                        "name": quantity.label,
                        "outcome": id,
                        "outcome_name": name,
                        "when": "outset",
                        "low_value": 0.1,
                        "high_value": 0.4,
                        "at_low": max(0, median - swing / 2),
                        "at_high": max(0, median + swing / 2),
                        "swing": swing,
                        "error": 0.01,
                        "told": abs(swing) > 0.04,
                        "leading": j == 0,
                        "place": (1 if k == 0 else 2) if j == 0 and abs(swing) > 0.04 else 0,
                        "method": "moved",
                        "draws": 64,
                        "effective": 64.0,
                        "supported": support,
                    }
                )
        return pd.DataFrame(rows)

    def places(self) -> pd.DataFrame:
        if self.bare:
            return pd.DataFrame()
        ranked = {"endings": list(OUTCOMES), "scenarios": [each.id for each in self.case.scenarios]}
        ranked["readings"] = [each.id for each in self.case.readings]
        ranked["values"] = [f"iran.aim={value}" for value in ("pragmatic", "defiant", "delaying")]
        rows = [
            {
                "list": name,
                "of": "iran.aim" if name == "values" else "",
                "id": id,
                "outcome": "war" if name == "scenarios" else "",
                "place": k + 1,
                "shared": 1,
            }
            for name, ids in ranked.items()
            for k, id in enumerate(ids)
        ]
        return pd.DataFrame(rows).assign(value=0.1, error=0.01)

    def trials(self) -> pd.DataFrame:
        return pd.DataFrame()

    def rules(self) -> pd.DataFrame:
        if self.bare or not self.draws:
            return pd.DataFrame()
        names = {each.id: each.label for each in self.case.quantities}
        one = {"quantity": "audience", "name": names["audience"], "above": True, "threshold": 0.08}
        two = {"second": "worth", "second_name": names["worth"], "second_above": False, "second_threshold": 0.3}
        no_second = {"second": "", "second_name": "", "second_above": None, "second_threshold": NAN}
        fits = {"inside": 0.6, "holds_inside": 0.91, "holds_outside": 0.4, "base": 0.69, "draws": self.draws}
        found = {"found": True, "why": ""}
        return pd.DataFrame(
            [
                {"claim": "vaez", "when": "events", **found, **one, **no_second, **fits, "accuracy": 0.86},
                {"claim": "taleblu", "when": "events", **found, **one, **two, **fits, "accuracy": 0.69},
            ]
        )

    def rivals(self) -> pd.DataFrame:
        if self.bare or not self.draws:
            return pd.DataFrame()
        pair = {"first": "vaez", "second": "taleblu", "when": "events", "found": True, "draws": self.draws}
        fates = {"both": 0.2, "only_first": 0.1, "only_second": 0.6, "neither": 0.1}
        name = next(each.label for each in self.case.quantities if each.id == "audience")
        ends = ((NAN, 0.1), (0.1, 0.3), (0.3, NAN))
        pair |= {"y": "", "y_name": "", "y_from": NAN, "y_to": NAN}
        whole = {"x": "", "x_name": "", "x_from": NAN, "x_to": NAN, "share": 1.0, "place": 0}
        part = {"x": "audience", "x_name": name, "share": 1 / 3, "place": 1}
        parts = [{**part, "x_from": low, "x_to": high} for low, high in ends]
        return pd.DataFrame([{**pair, **each, **fates} for each in (whole, *parts)])

    def matrix(self) -> pd.DataFrame:
        if self.bare:
            return pd.DataFrame()
        rows = []
        for k, (day, _, label, surprise, ratio) in enumerate(EVENTS, start=1):
            for reading, against in zip(self.case.readings, (0.0, abs(ratio)), strict=True):
                rows.append(
                    {
                        "group": "readings",
                        "event": k,
                        "date": pd.Timestamp(day),
                        "label": label,
                        "hypothesis": reading.id,
                        "value": "",
                        "name": reading.label,
                        "surprising": surprise < 0.1,
                        "place": 1 + sorted((abs(each[-1]) for each in EVENTS), reverse=True).index(abs(ratio)),
                        **self._estimate(surprise, surprise, surprise, *_named("likelihood")),
                        **self._estimate(against, against, against, *_named("against")),
                        **self._estimate(abs(ratio), abs(ratio), abs(ratio), *_named("diagnosticity")),
                    }
                )
        return pd.DataFrame(rows)

    def worth(self) -> pd.DataFrame:
        if self.bare:
            return pd.DataFrame()
        head = {
            "actor": "iran",
            "actor_name": "Iran",
            "stage": "reply",
            "stage_name": "The reply",
            "round": 0,
            "own": "",
        }
        head |= {"now": "talk", "now_name": "talks", "now_share": 0.6, "kind": "private", "id": "us.aim", "told": True}
        head |= {"name": "Washington: aim"}
        empty = dict.fromkeys(
            ("chance", "best", "best_name", "best_share", "share", "share_low", "share_high", "changes")
        )
        worth = {"value": "", "share": 0.04, "share_low": 0.01, "share_high": 0.09, "changes": 0.3}
        then = {"value": "pretext", "chance": 0.4, "best": "dismiss", "best_name": "dismisses", "best_share": 0.7}
        return pd.DataFrame([{**head, **empty, **worth}, {**head, **empty, **then}])

    def gradients(self) -> pd.DataFrame:
        return pd.DataFrame()

    def watch(self) -> pd.DataFrame:
        if self.bare:
            return pd.DataFrame()
        head = {
            "rank": 1,
            "place": 1,
            "stage": "reply",
            "stage_name": "The reply",
            "by": "iran",
            "seen_by": "us iran",
            "round": 0,
        }
        rows = []
        for move, likely, after in (("talk", 0.4, 0.7), ("dismiss", 0.6, 0.3)):
            named = {"move": move, "move_name": f"{move}s", "final": move == "dismiss"}
            for reading, now, then in zip(self.case.readings, (0.46, 0.54), (after, 1 - after), strict=True):
                ratio = math.log(then / (1 - then)) - math.log(now / (1 - now))
                rows.append(
                    {
                        **head,
                        **named,
                        "subject": reading.id,
                        "value": "",
                        "name": reading.label,
                        "now": now,
                        "unsure": 0.99,
                        **self._estimate(likely, likely - 0.1, likely + 0.1, *_named("chance")),
                        **self._estimate(then, then - 0.1, then + 0.1, *_named("after")),
                        **self._estimate(ratio, ratio - 0.2, ratio + 0.2, "llr_median", "llr_low", "llr_high"),
                        **self._estimate(0.11, 0.05, 0.2, *_named("bits")),
                    }
                )
        return pd.DataFrame(rows)

    def sensitivity(self) -> pd.DataFrame:
        if self.bare or not self.draws:
            return pd.DataFrame()
        row = {"quantity": "worth", "outcome": "war", "when": "outset", "method": "a method", "first": 0.3}
        return pd.DataFrame([dict(**row, first_low=0.2, first_high=0.4, place=1)])

    def assumptions(self) -> pd.DataFrame:
        rows = []
        for quantity in self.case.quantities:
            low, high = (each.value for each in quantity.distribution.parameters)  # type: ignore[union-attr]
            cited = [
                {"source": each.source, "first": each.first, "last": each.last, "says": each.says}
                for each in quantity.support.because
            ]
            rows.append(
                {
                    "kind": "quantity",
                    "id": quantity.id,
                    "name": quantity.label,
                    "value": f"{low:g} to {high:g}, uniform",
                    "support": str(quantity.support.grade),
                    "citations": cited,
                    "note": quantity.support.note,
                }
            )
        rows.append(
            {
                "kind": "preference",
                "id": "iran",
                "name": "Iran, if pragmatic",
                "value": "symbolic > verified > standoff > war ~ strike",
                "support": "direction",
                "citations": [
                    {"source": "signals", "first": 13, "last": 14, "says": "a symbolic deal would suit both"}
                ],
                "note": "order only",
            }
        )
        return pd.DataFrame(rows)

    def certificate(self) -> dict[str, Any]:
        total = self.draws or 1
        return {
            "draws": total,
            "certified": min(self.certified, total),
            "endings": {"The path was followed to the limit.": total},
            "worst_nash_conv": 3.2e-9,
            "worst_conditional_regret": 8.1e-7,
            "turning_points": 0.07,
            "sentences": [f"All {total} solutions are equilibria to within a millionth of what is at stake."],
        }


@pytest.fixture
def invent() -> type[InventedStudy]:
    """The class, for studies that differ."""
    return InventedStudy


@pytest.fixture(scope="session")
def whole() -> InventedStudy:
    """A study with every section, that no test changes."""
    return InventedStudy()
