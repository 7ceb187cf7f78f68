"""The evidence that the assumptions of a case rest on."""

from __future__ import annotations

import pytest

from detente.case.read import read_text
from detente.study.assumptions import assumptions

CASE = """\
detente: 1
title: Priors that quantities give
sources: {brief: {title: Brief}}
quantities:
  noted: {uniform: [0.1, 0.4], note: a guess}
  cited: {value: 0.3, because: [{source: brief, sentence: 2, says: so}]}
  bare: {uniform: [0.1, 0.4]}
actors:
  a: {private: {kind: {soft: PRIOR, hard: rest}}}
stages: [{id: s, by: a, choose: {x: {end: o}, y: {end: p}}}]
outcomes: {o: {payoffs: {a: 1}}, p: {payoffs: {a: "if(a.kind = soft, 2, 0)"}}}
"""


@pytest.mark.parametrize(
    ("prior", "grade", "note"),
    [
        ("noted", "judgement", "a guess"),
        ("1 - noted", "judgement", "a guess"),
        ("cited", "direction", ""),
        ("noted * cited", "judgement", "a guess"),
        ("bare", "unsupported", ""),
        ("noted * bare", "unsupported", ""),
        ("0.3", "unsupported", ""),
    ],
)
def test_a_prior_rests_on_what_the_quantities_that_give_it_rest_on(prior, grade, note):
    (found,) = (each for each in assumptions(read_text(CASE.replace("PRIOR", prior))) if each.kind == "prior")
    assert (found.support.grade, found.support.note) == (grade, note)


def test_a_prior_s_own_note_goes_before():
    case = CASE.replace("PRIOR", "cited").replace("hard: rest}", "hard: rest, note: mine}")
    (found,) = (each for each in assumptions(read_text(case)) if each.kind == "prior")
    assert (found.support.grade, found.support.note) == ("judgement", "mine")
