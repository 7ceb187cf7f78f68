"""The calls that a user of the library makes: load, compile, solve, ask, run, export."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from detente.case.catalogue import find
from detente.crisis.model import Crisis
from detente.errors import RequestError
from detente.game.compiling.compiled import CompiledGame
from detente.study.cases import Case, case_of, game_of

if TYPE_CHECKING:
    from detente.study.asked.answers import Answers, SolvedGame
    from detente.study.asked.equilibria import Equilibria
    from detente.study.asked.judgement import Judgement, Profile
    from detente.study.kept.library import Library
    from detente.study.running.jobs import Job
    from detente.study.running.run import Progress, Run
    from detente.study.running.workers import Workers
    from detente.study.study import Study
    from detente.study.tables.gradients import Gradients

# Every call imports what it needs itself, so that none waits for the libraries of another.


def compile(case: Case | str | Path) -> CompiledGame:
    """The game of a case, to be solved many times without compiling again. Raises CaseError."""
    return game_of(case_of(case))


def solve(
    case: Case | str | Path,
    *,
    rationality: float | str | None = None,
    set: Mapping[str, float] | None = None,
    scenario: str | None = None,
    draws: int | None = None,
    seed: int = 0,
    concept: str = "logit",
    iterations: int | None = None,
    accuracy: float | None = None,
    near: SolvedGame | None = None,
    force: str | Sequence[str] = (),
    forbid: str | Sequence[str] = (),
) -> SolvedGame:
    """Solve a case or a game file; without `draws` everything uncertain is at its median.

    rationality: λ in units of 1/payoff, or "limit"; None leaves it to the case (a game file: the limit).
    set: quantities fixed to numbers. concept: what to solve for, see docs/theory/concepts.md. iterations, accuracy:
    when a concept found by iteration stops (10,000; 1e-4 of the payoff range). Raises RequestError for a name the case
    does not have or a concept that does not fit it, CaseError for a bad case.
    near: the same case solved with nearby numbers, from which this one is continued where it can be, many times as
    fast. Its `status` then says so, for the answer need not be the one on the path from rationality zero: `settle()`
    solves from there, and says whether that moves it.
    force, forbid: moves as for `ask`.
    """
    from detente.study.session import Session

    session = Session(
        _known_game(case_of(case), near),
        rationality=rationality,
        set=set,
        scenario=scenario,
        draws=draws,
        seed=seed,
        force=force,
        forbid=forbid,
    )
    if near is not None and concept == "logit":
        return session.solve_near(near)
    return session.solve_as(concept, iterations=iterations, accuracy=accuracy)


def judge(
    case: Case | str | Path,
    profile: Profile,
    *,
    tolerance: float | None = None,
    rationality: float | str | None = None,
    set: Mapping[str, float] | None = None,
    scenario: str | None = None,
) -> Judgement:
    """Judges a profile of your own: best responses, exploitability, and the tests of a sequential equilibrium.

    profile: a file, the same as dictionaries, or a solution. Everything uncertain is at its median. tolerance: the
    bound below which a probability counts as zero, and a gain, as a share of the payoff range, as none (None: 1e-6).
    rationality: for a profile with `default: equilibrium`. Raises CaseError for a name that the case does not
    know, RequestError as `solve` does.
    """
    from detente.study.asked.judgement import TOLERANCE
    from detente.study.asked.judgement import judge as judge_profile
    from detente.study.request import Request

    request = Request.of(rationality, set, scenario, None, 0)
    return judge_profile(case_of(case), profile, request, TOLERANCE if tolerance is None else tolerance)


def ask(
    case: Case | str | Path,
    *quantities: str,
    rationality: float | str | None = None,
    set: Mapping[str, float] | None = None,
    scenario: str | None = None,
    draws: int | None = None,
    seed: int = 0,
    force: str | Sequence[str] = (),
    forbid: str | Sequence[str] = (),
    given: str | Sequence[str] = (),
    events: bool = False,
) -> Answers:
    """Quantities of interest such as "P(war)" or "E(demand) given (b.cost < 0.1)"; settings as for `solve`.

    force, forbid: moves such as "STAGE: MOVE", "STAGE, round 2: MOVE" or "ACTOR: MOVE" that are the only one wherever
    they are available, or never; everybody knows and plays accordingly. With these, a number set or a scenario the
    answers also tell the difference to the case as it stands, on the same draws. given: moves, or labels of `seen_as`,
    that everything is told given, as
    "STAGE[, round 2]: MOVE". events: given every event of the case's timeline. Raises RequestError for what names
    nothing, or leaves somebody without a move.

    Over draws answers are means. Given what was seen each draw counts by the probability that it gave to it as the case
    stands, also where it is changed. A quantity given moves, and one with moves forced, is told both ways where seeing
    them and doing them differ (`selection`). Conditions inside a formula, `given (…)`, are no news: they leave
    the weight of draws as it is.
    """
    from detente.study.session import Session

    session = Session(
        case,
        rationality=rationality,
        set=set,
        scenario=scenario,
        draws=draws,
        seed=seed,
        force=force,
        forbid=forbid,
    )
    return session.ask(*quantities, given=given, events=events)


def gradient(
    case: Case | str | Path,
    *quantities: str,
    rationality: float | str | None = None,
    set: Mapping[str, float] | None = None,
    scenario: str | None = None,
    draws: int | None = None,
    seed: int = 0,
) -> Gradients:
    """Differentiates quantities of interest exactly in every assumption of the case; settings as for `solve`.

    The assumptions are every quantity, a finite rationality, the worth of ranked outcomes, and the numbers written in
    formulas. Derivatives hold close by: a jump of play or a turn of the path further off is not in them.
    """
    from detente.study.session import Session

    session = Session(case, rationality=rationality, set=set, scenario=scenario, draws=draws, seed=seed)
    return session.gradient(*quantities)


def equilibria(
    case: Case | str | Path,
    *,
    rationality: float | str | None = None,
    set: Mapping[str, float] | None = None,
    scenario: str | None = None,
    starts: int | None = None,
    seed: int = 0,
) -> Equilibria:
    """The distinct equilibria that a search finds, the one of `solve` first, everything uncertain at its median.

    starts: how many other ways to play the search sets out from (None: from 96 in a small game to 24 in one of 250
    unknowns, and none after 60 s of CPU as foreseen); seed: which. Other settings as for `solve`. What is listed
    exists; there may be more.
    """
    from detente.study.asked.equilibria import find_equilibria
    from detente.study.request import Request

    return find_equilibria(case_of(case), Request.of(rationality, set, scenario, None, seed), starts)


def run(
    case: Case | str | Path,
    *,
    draws: int | None = 200,
    seed: int = 0,
    rationality: float | str | None = None,
    set: Mapping[str, float] | None = None,
    scenario: str | None = None,
    sampling: str = "sobol",
    inquiry_draws: Mapping[str, int] | None = None,
    force: str | Sequence[str] = (),
    forbid: str | Sequence[str] = (),
    library: Library | str | Path | None = None,
    cluster: str | None = None,
    workers: int = 0,
    progress: Progress | None = None,
    job: Job[Study] | None = None,
) -> Study:
    """The whole study of a case: endings, beliefs, claims, scenarios, questions, what it hinges on.

    draws None: a single solution at the medians. sampling: "sobol" or "latin" (a Latin hypercube).
    inquiry_draws: at how many draws {"claims", "scenarios", "questions"} are solved, and each input moved for "hinges",
    at most.
    force, forbid: moves as for `ask`; like a scenario, they leave the case's own scenarios out.
    library: where the run is kept block by block as it is solved; one that was interrupted goes on from there.
    cluster: the address of a Dask scheduler that solves the blocks. workers: threads otherwise; 0 for one per
    processor. Neither changes any number. progress is called as (what, done, total). Ctrl-C after the first block of
    draws returns what is finished, and `Study.settings["interrupted"]` says what is not. job: of which this is the
    work, see `detente.study.verbs.start`.
    Raises CaseError, RequestError, and StudyError where library or cluster fail.
    """
    from detente.kernels.stopping import heeding_signals
    from detente.study.cluster.schedulers import knock
    from detente.study.request import Request
    from detente.study.running.run import Run
    from detente.study.silence import LOG
    from detente.study.study import Study

    if cluster is not None:
        knock(cluster)
    request = Request.of(rationality, set, scenario, draws, seed).sampled(sampling, inquiry_draws).bound(force, forbid)
    run = Run.of(case_of(case), request)
    if job is not None:
        job.partial = lambda: Study(run.findings())
        progress = progress or job.progress
    solvers = _workers(run, cluster, workers)
    if run.says:
        LOG.info("%s", run.says)
    if library is None:
        with heeding_signals():
            run.solve(solvers, progress)
        return Study(run.findings())
    # A run that is kept nowhere need not load a database.
    from detente.study.kept.library import keeping

    text = find(case).read_text("utf-8") if isinstance(case, str | Path) else ""
    with keeping(run, library, text, progress) as shelf:
        taken_up = run.finished
        with heeding_signals():
            run.solve(solvers, progress, shelf.keep)
        study = Study(
            run.findings(),
            record=shelf.id,
            checked=shelf.checked(),
            taken_up=taken_up,
            solved=run.finished - taken_up,
            twice=shelf.twice,
        )
        if not study.settings["interrupted"]:
            shelf.finish(study.to_dict())
        if shelf.gone:
            study.record = ""
    return study


def start(case: Case | str | Path, **settings: Any) -> Job[Study]:
    """Begin the study of a case in a thread of its own; settings as for `run`, whose result is the job's in the end.

    The job's `ask()` gives the study of the draws that are finished; `stop()` ends it, and what is finished is its
    result. With `library` every block is kept as it is solved, so that not even the end of the process loses any.
    """
    from detente.study.running.jobs import Job

    return Job(lambda job: run(case, **settings, job=job), name=str(case))


def _workers(run: Run, cluster: str | None, workers: int) -> Workers:
    if cluster is None:
        return run.threads(workers)
    from detente.study.cluster.blocks import Cluster

    return Cluster(cluster, run)


def export(case: Case | str | Path, path: str | Path, *, set: Mapping[str, float] | None = None) -> Path:
    """Write the game of a case, at the median of everything uncertain, as a Gambit game file (`.efg`).

    Raises RequestError for another kind of file name, and where the file is the one that the game comes from.
    """
    from detente.game.exchange.gambit import write_efg
    from detente.study.games import prepare
    from detente.study.request import Request

    if Path(path).suffix != ".efg":
        raise RequestError(f"a Gambit game file is named *.efg; {path} is not (try {Path(path).with_suffix('.efg')})")
    if isinstance(case, str | Path) and Path(path).exists() and Path(case).exists() and Path(path).samefile(case):
        raise RequestError(f"{path} is the file that the game comes from; choose another name")
    loaded = case_of(case)
    if isinstance(loaded, CompiledGame) and loaded.fixed is not None:
        write_efg(loaded.game, loaded.fixed, Path(path))
        return Path(path)
    request = Request.of(None, set, None, None, 0)
    prepared = prepare(loaded, request)
    names = [outcome.id for outcome in prepared.crisis.outcomes]
    write_efg(
        prepared.compiled.game, prepared.compiled.numbers(prepared.draws(request)), Path(path), outcome_names=names
    )
    return Path(path)


def _known_game(case: Case, near: SolvedGame | None) -> Case:
    """The game that nearby numbers were solved with, where it is the case's own: it need not be compiled again."""
    if near is None or near.request.scenario is not None or near.request.limited or not isinstance(case, Crisis):
        return case
    known = near.solved.compiled.crisis
    same = known is not None and (case is known or (case.digest and case.digest == known.digest))
    return near.solved.compiled if same else case
