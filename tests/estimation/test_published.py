"""Published estimates; their data are not ours to ship. They are read from DETENTE_DATA or a folder beside us."""

from __future__ import annotations

import os
from pathlib import Path

import pandas as pd
import pytest

from detente.estimation.fitting.maximum import MaximumState
from detente.study.estimating import estimate

FOLDER = Path(os.environ.get("DETENTE_DATA", Path(__file__).resolve().parents[2].parent / "shared" / "data"))
WAR = FOLDER / "war1800.csv"
needs_war = pytest.mark.skipif(
    not WAR.exists(), reason="war1800.csv (R package games) is not there; DETENTE_DATA names the folder that has it"
)
LINKS = {
    "estimate": {"quo_1": "1 + s_wt_re1 + revis1", "war_1": "1 + regime1", "war_2": "1 + balanc + regime2"},
    "observed": {"counts": {"quo": "sq", "capitulation": "capit", "war": "war"}},
    "fixed": {"capitulation_1": 0, "capitulation_2": 0},
}
PUBLISHED = {
    "quo_1: constant": (-0.845792, 0.9747),
    "quo_1: s_wt_re1": (-1.188152, 0.4543),
    "quo_1: revis1": (0.679153, 0.4294),
    "war_1: constant": (0.254945, 1.9702),
    "war_1: regime1 = dem": (-3.084845, 1.0882),
    "war_1: regime1 = mixed": (-0.957555, 0.8992),
    "war_2: constant": (0.761184, 0.7132),
    "war_2: balanc": (-0.007958, 0.9049),
    "war_2: regime2 = dem": (-2.505204, 0.7662),
    "war_2: regime2 = mixed": (-0.978777, 0.5173),
}
"""Source: Kenkel and Signorino, package games for R, egame12 with logit errors, whose scale is the root of 2."""


def war(links=LINKS, data=WAR, **settings):
    return estimate("signorino-1999-deterrence", data, links, rationality=0.5**0.5, **settings)


@needs_war
def test_disputes_since_1816_are_fitted_as_in_r():
    found = war(starts=2, errors="information")
    assert found.episodes == 282
    assert found.log_likelihood == pytest.approx(-286.1827939, abs=1e-6)
    table = found.to_frame().set_index("coefficient")
    for name, (estimated, error) in PUBLISHED.items():
        assert table.loc[name, "estimate"] == pytest.approx(estimated, abs=1e-5)
        assert table.loc[name, "error"] == pytest.approx(error, abs=1e-3)


@needs_war
def test_disputes_since_1850_are_fitted_as_in_r():
    data = pd.read_csv(WAR)
    found = war(data=data[data["year"] >= 1850], starts=1, errors="information")
    assert found.episodes == 214
    assert found.log_likelihood == pytest.approx(-214.6642250, abs=1e-6)


@needs_war
def test_a_fit_whose_utilities_run_away_is_no_maximum():
    links = {**LINKS, "estimate": {**LINKS["estimate"], "rationality": {"link": "exp", "of": ["balanc"]}}}
    found = estimate("signorino-1999-deterrence", WAR, links, starts=3)
    assert found.state is MaximumState.RUNAWAY
    assert "`quo_1: constant`" in " ".join(found.remarks())
    assert found.to_frame()["estimate"].isna().all()
    assert any(abs(each.log_likelihood + 286.1343) < 1e-3 for each in found.fitted.maximum.distinct)
