"""The table of a fit in the forms of the field: terminal, LaTeX, plain values."""

from __future__ import annotations

import math
import re
from typing import Any

from detente.estimation.fitted.found import FoundEstimates

_LATEX = {sign: f"\\{sign}" for sign in "&%$#_{}"} | {
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "\\": r"\textbackslash{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
}


def rows(fit: FoundEstimates) -> list[tuple[str, ...]]:
    """(coefficient, estimate, error, z, p, 95 % interval) as texts."""
    found: list[tuple[str, ...]] = []
    for row in fit.to_frame().to_dict("records"):
        known = math.isfinite(row["error"])
        found.append(
            (
                str(row["coefficient"]),
                _fixed(row["estimate"]),
                _fixed(row["error"]) if known else "held",
                f"{row['z']:.2f}" if known else "",
                _chance(row["p"]) if known else "",
                f"{_fixed(row['low'])} to {_fixed(row['high'])}" if known else "",
            )
        )
    return found


def facts(fit: FoundEstimates) -> list[tuple[str, str]]:
    """Names and values of what stands below the table."""
    observations = fit.fitted.likelihood.observations
    found = [("log-likelihood", f"{fit.log_likelihood:.4f}")]
    if fit.good:
        found += [("AIC", f"{fit.aic:.2f}"), ("BIC", f"{fit.bic:.2f}")]
    found.append(("episodes", f"{fit.episodes:,}"))
    if observations != fit.episodes:
        found.append(("observations", f"{observations:,.10g}"))
    return found


def text(fit: FoundEstimates) -> str:
    """The fit for a terminal or a prompt."""
    lines = [fit.crisis.title]
    if fit.good:
        head = ("coefficient", "estimate", "error", "z", "p", "95 % interval")
        table = [head, *rows(fit)]
        widths = [max(len(row[k]) for row in table) for k in range(len(head))]
        lines += [
            "  ".join(
                cell.ljust(w) if k == 0 else cell.rjust(w) for k, (cell, w) in enumerate(zip(row, widths, strict=True))
            )
            for row in table
        ]
    lines.append(", ".join(f"{name} {value}" for name, value in facts(fit)))
    return "\n".join([*lines, *fit.remarks()])


def latex(fit: FoundEstimates) -> str:
    """A LaTeX table: the package booktabs draws its rules."""
    lines = [r"\begin{tabular}{lrrrr}", r"\toprule", r" & Estimate & Std. error & $z$ & $p$ \\", r"\midrule"]
    if fit.good:
        for name, estimate, error, z, p, _ in rows(fit):
            cells = (
                _in_latex(name),
                *(f"${each}$" if each and each != "held" else each for each in (estimate, error, z)),
            )
            lines.append(" & ".join((*cells, _in_latex(p))) + r" \\")
    else:
        lines.append(rf"\multicolumn{{5}}{{l}}{{{_in_latex(fit.state.value)}}} \\")
    lines.append(r"\midrule")
    lines += [
        rf"{_in_latex(name.capitalize() if name.islower() else name)} & ${value.replace(',', '{,}')}$ & & & \\"
        for name, value in facts(fit)
    ]
    return "\n".join([*lines, r"\bottomrule", r"\end{tabular}", ""])


def plain(fit: FoundEstimates) -> dict[str, Any]:
    """The fit as plain values, None for what is not known."""
    fitted = fit.fitted
    table = [{key: _known(each) for key, each in row.items()} for row in fit.to_frame().to_dict("records")]
    return {
        "case": fit.crisis.name,
        "title": fit.crisis.title,
        "state": fit.state.name.lower(),
        "says": fit.state.value,
        "coefficients": table,
        "covariance": fit.covariance.tolist() if fit.good else None,
        "log_likelihood": _known(fit.log_likelihood),
        "aic": _known(fit.aic) if fit.good else None,
        "bic": _known(fit.bic) if fit.good else None,
        "episodes": fit.episodes,
        "observations": fitted.likelihood.observations,
        "clusters": fitted.likelihood.episodes.clusters,
        "rows_of_covariates": fitted.likelihood.design.rows,
        "errors": fitted.covariance.way if fitted.covariance else None,
        "condition": _known(fitted.maximum.condition),
        "starts": [{key: _known(each) for key, each in row.items()} for row in fit.starts().to_dict("records")],
        "equilibria": fit.others.to_dict() if fit.others is not None else None,
        "remarks": fit.remarks(),
    }


def _known(value: Any) -> Any:
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _fixed(value: float) -> str:
    if not math.isfinite(value):
        return ""
    return f"{value:.4f}" if 1e-3 <= abs(value) < 1e5 or value == 0.0 else f"{value:.3g}"


def _chance(p: float) -> str:
    return "<0.001" if p < 0.001 else f"{p:.3f}"


def _in_latex(text: str) -> str:
    return re.sub(r"[&%$#_{}~^\\<>]", lambda found: _LATEX[found.group()], text)
