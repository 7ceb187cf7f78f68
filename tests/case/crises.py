"""Random crises for laws: small, but using every construct of the language."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

NAMES = ("iran", "us", "north", "the west", "no", "über", "a-b", "1e", "true north", "x")
TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=30)
NUMBERS = st.one_of(
    st.integers(-5, 5), st.floats(-10, 10, allow_nan=False).map(lambda x: round(x, 6)), st.floats(1e-12, 1e12)
)
SHARES = st.sampled_from([0, 0.25, 0.5, 1, "q0", "q0 / 2", "if(q0 > 0.5, 0.2, 0.3)"])
STEPS = st.sampled_from([(0, 1, 0.05), (0, 1, "1/3"), (-1, 2, 0.5), (0.1, 0.7, 0.1), (3, 3, 1), (0, 1e-6, "1/3000000")])
PAYOFFS = st.sampled_from(
    [
        "q0",
        "1 - q0 ^ 2",
        "-(q0 + 1) * -2",
        "if(first = 'a b' and not second = yes, 1, -q0)",
        "max(q0, 1 / 2, 0) - world",
        "if(mood >= calm or mood = wild, 0.5, -0.5)",
        "count(again, up) * 0.1",
        "exp(-q0) / (1 - (2 - 3))",
        "2 ^ -1 ^ 2",
        "if(first = 'a b', 1, 0) - (1 - (q0 - 2))",
        "number",
        "if(false, 1, 2)",
        "1e-9 + 123456789.5",
    ]
)
CONDITIONS = st.sampled_from(
    [
        "first = 'a b'",
        "mood > calm",
        "world + 1 >= 2 and world != 1",
        "not (mood = wild or first = c)",
        "true",
        "false",
        "first = c or mood = wild and world = 0",
        "number > 0.5",
    ]
)


@st.composite
def uncertain(draw: st.DrawFn) -> dict[str, Any]:
    low, high = sorted(draw(st.tuples(NUMBERS, NUMBERS)))
    middle = (low + high) / 2
    return draw(
        st.sampled_from(
            [
                {"value": low},
                {"uniform": [low, high]},
                {"pert": [low, middle, high]},
                {"triangular": [low, middle, high]},
                {"normal": [low, 1]},
                {"lognormal": [1, 2]},
                {"beta": [1, 2]},
                {"uniform": [low, high], "within": [low - 1, high + 1]},
            ]
        )
    )


@st.composite
def backed(draw: st.DrawFn) -> dict[str, Any]:
    cited = st.fixed_dictionaries(
        {"source": st.just("the brief"), "sentence": st.sampled_from([1, 3, [2, 4]])}, optional={"says": TEXTS}
    )
    entry = {"because": draw(st.lists(cited, max_size=2)), "note": draw(TEXTS)}
    return {key: value for key, value in entry.items() if value}


@st.composite
def documents(draw: st.DrawFn) -> dict[str, Any]:
    """The sections of a case that has no mistake."""
    one, two = draw(st.lists(st.sampled_from(NAMES), min_size=2, max_size=2, unique=True))
    low, high, step = draw(STEPS)
    ranking = draw(
        st.sampled_from(["war > peace ~ 'long talks'", 'peace > "long talks" > war', "war > {peace, 'long talks'}"])
    )
    move = draw(
        st.fixed_dictionaries(
            {},
            optional={
                "name": TEXTS.filter(bool),
                "when": st.just("mood = calm"),
                "set": st.just({"mood": "wild", "world": "world"}),
                "cost": st.one_of(NUMBERS, st.just({two: "q0"})),
                "end": st.just("war"),
            },
        )
    )
    return {
        "title": draw(TEXTS.filter(bool)),
        "about": draw(st.one_of(TEXTS, st.lists(TEXTS, max_size=3).map("\n".join))),
        "sources": {
            "the brief": {"title": draw(TEXTS), "published": "2025-03-01", "file": "a b.txt", "sha256": "0" * 64}
        },
        "quantities": {
            "q0": draw(uncertain()) | draw(backed()),
            "q 1": draw(uncertain()) | {"name": draw(TEXTS), "unit": draw(TEXTS)},
            "q2": {"equals": "q0 * 2 - 'q 1'"},
        },
        "actors": {
            one: {"private": {"aim": {"hold": draw(SHARES), "no": "rest", **draw(backed())}}},
            two: {"name": draw(TEXTS), "private": {"cost": draw(uncertain()) | {"points": 3, "note": "guess"}}},
        },
        "state": {
            "mood": {"values": ["calm", "tense", "wild"], "start": draw(st.sampled_from(["calm", "wild"]))},
            "world": {"from": -1, "to": 2, "start": draw(st.integers(-1, 2)), "name": draw(TEXTS)},
        },
        "stages": [
            {
                "id": "first",
                "by": one,
                "choose": {"a b": move, "c": None, "0.5": {"set": {"mood": "if(world > 0, calm, wild)"}}},
                "seen_as": {"a b": "something", "c": "something"},
                **draw(backed()),
            },
            {
                "id": "number",
                "by": two,
                "choose": {"from": low, "to": high, "step": step},
                "when": draw(CONDITIONS.filter(lambda text: "number" not in text)),
                "cost": "number * 2",
            },
            {
                "together": [
                    {"id": "second", "by": one, "choose": {"yes": None, "no": {"end": "peace"}}, "seen_by": []},
                    {
                        "id": "chance",
                        "chance": {"hit": {"probability": draw(SHARES), "set": {"world": 0}}, "miss": "rest"},
                        "seen_by": [two],
                    },
                ]
            },
            {
                "repeat": draw(st.integers(1, 4)),
                "stages": [
                    {
                        "id": "again",
                        "by": two,
                        "choose": {"up": None, "down": {"when": "before(again) = up or round = 1"}},
                    },
                ],
            },
        ],
        "outcomes": {
            "war": {"payoffs": {one: draw(PAYOFFS), "others": draw(NUMBERS)}, **draw(backed())},
            "peace": {"name": draw(TEXTS), "payoffs": {one: 0, two: draw(PAYOFFS)}},
            "long talks": {"payoffs": {"others": 0}},
        },
        "preferences": {
            one: {"aim": {"hold": ranking, "no": {"order": "war > peace > 'long talks'", "note": "x"}}},
            two: ranking,
        },
        "finally": [{"when": draw(CONDITIONS), "outcome": "war"}, {"outcome": "long talks"}],
        "readings": {"hard": {"when": "mood = wild", "name": draw(TEXTS)}},
        "timeline": [
            {"date": "2025-03-01", "stage": "first", "move": "0.5"},
            {"stage": "again", "round": 1, "move": "up", **draw(backed())},
        ],
        "questions": [
            {"id": "one", "vary": "q 1", "from": 0, "to": 1, "steps": 3, "show": ["P(war)", f"U('{two}')"]}
            | draw(st.sampled_from([{}, {"given": "outset"}]))
        ],
        "claims": [
            {"id": "pain", "says": draw(TEXTS), "raise": "q0", "expect": "rises", "of": "P(hard) given (first = c)"}
            | draw(st.sampled_from([{}, {"given": "events"}]))
        ],
        "scenarios": {
            "less": {"set": {"q0": 1, "q 1": {"uniform": [0, 1]}}, "forbid": {"number": [low]} if low != high else {}},
            "more": {"force": {"first": "0.5"}, "note": draw(TEXTS)},
        },
        "rationality": draw(st.sampled_from(["limit", 5, {"uniform": [1, 2]}])),
    }
