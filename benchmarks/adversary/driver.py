"""The program under test, spoken to in lines of JSON; run by path, in the interpreter that has the version to be tried.

Only public names are used, so that it runs against any version: one request a line on standard input, one answer a line
on the stream that was standard output at the start. Nothing else of this package is imported here.
"""

from __future__ import annotations

import contextlib
import io
import json
import math
import os
import sys
import tempfile
import traceback
import warnings
from pathlib import Path
from typing import Any


def plain(value: Any) -> Any:
    """JSON that keeps what is not finite apart from null."""
    if isinstance(value, dict):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(each) for each in value]
    if hasattr(value, "tolist"):
        return plain(value.tolist())
    if isinstance(value, float) and not math.isfinite(value):
        return repr(value)
    return value if value is None or isinstance(value, (bool, int, float, str)) else str(value)


def placed(problem: Any) -> dict[str, Any]:
    where = problem.where
    place = [where.file, where.line, where.column] if where is not None else None
    return {"what": problem.what, "remedy": problem.remedy, "place": place}


class Program:
    """Requests by name; every method takes the request's other fields and returns plain values."""

    def __init__(self) -> None:
        import detente

        self.dt = detente
        self.folder = Path(tempfile.mkdtemp(prefix="adversary-"))

    def written(self, text: str, name: str = "case.yaml") -> Path:
        path = self.folder / name
        path.write_bytes(text.encode("utf-8", "surrogatepass"))
        return path

    def read(self, text: str, name: str = "case.yaml", compiled: bool = True) -> Any:
        case = self.dt.load(self.written(text, name))
        if compiled:
            self.dt.compile(case)
        return True

    def solve(self, text: str, name: str = "case.yaml", **settings: Any) -> Any:
        return self.dt.solve(self.dt.load(self.written(text, name)), **settings).to_dict()

    def ask(self, text: str, quantities: list[str], **settings: Any) -> Any:
        found = self.dt.ask(self.dt.load(self.written(text)), *quantities, **settings)
        return {name: list(values) for name, values in found.values.items()}

    def asked(self, text: str, quantities: list[str], **settings: Any) -> Any:
        """Solve, and ask everything at once; one by one where that fails, so that no question hides another."""
        case = self.dt.load(self.written(text))
        together = guarded(lambda: self.dt.ask(case, *quantities, **settings).values) if quantities else {"value": {}}
        if "value" in together:
            answers: dict[str, Any] = {name: {"value": values} for name, values in together["value"].items()}
        else:
            answers = {q: guarded(lambda q=q: list(self.dt.ask(case, q, **settings).values[q])) for q in quantities}
        return {"solved": guarded(lambda: self.dt.solve(case, **settings).to_dict()), "answers": answers}

    def judge(self, text: str, profile: Any, name: str = "case.yaml", **settings: Any) -> Any:
        return self.dt.judge(self.dt.load(self.written(text, name)), profile, **settings).to_dict()

    def exported(self, text: str, name: str = "case.yaml") -> Any:
        target = self.folder / "written.efg"
        target.unlink(missing_ok=True)
        self.dt.export(self.dt.load(self.written(text, name)), target)
        return target.read_text("utf-8")

    def begun(self, text: str, library: str, draws: int) -> Any:
        """A run begun in a copy of this process, which has loaded everything already: the copy's process id."""
        case = self.dt.load(self.written(text))
        child = os.fork()
        if child:
            return child
        code = 1
        try:
            self.dt.run(case, draws=draws, library=library)
            code = 0
        finally:
            os._exit(code)

    def ended(self, child: int) -> Any:
        """The exit code of a run that was begun; negative where a signal ended it."""
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])

    def opened(self, library: str, study: str) -> Any:
        """Endings of the study in a library, as its answers say and as its blocks do."""
        with self.dt.Library(library) as shelf:
            answers = shelf.find(study).answers or {}
            frame = shelf.open(study).outcomes()
            blocks = frame.select_dtypes("number").to_dict("list")
        return {"answers": [[row.get(key) for key in blocks] for row in answers.get("outcomes", [])], "blocks": blocks}

    def cli(self, words: list[str], files: dict[str, str] | None = None, width: int = 80) -> Any:
        """Output and exit code of a command; `{folder}` in the words is where the files are written first."""
        from detente.cli.main import main

        for name, text in (files or {}).items():
            self.written(text, name)
        words = [word.replace("{folder}", str(self.folder)) for word in words]
        out, err, code = io.StringIO(), io.StringIO(), 0
        before, sys.argv = sys.argv, ["detente", *words]
        os.environ["COLUMNS"] = str(width)
        try:
            with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err), warnings.catch_warnings():
                warnings.simplefilter("always")
                main()
        except SystemExit as done:
            code = done.code if isinstance(done.code, int) else int(done.code is not None)
        except BaseException:
            err.write(traceback.format_exc())
            code = 1
        finally:
            sys.argv = before
        return {"out": out.getvalue(), "err": err.getvalue(), "code": code}


def guarded(call: Any) -> dict[str, Any]:
    """{"value": …}, {"problems": […]}, {"refused": …} or, for whatever is raised unintended, {"crash": …}."""
    from detente.errors import CaseError, DetenteError

    try:
        return {"value": plain(call())}
    except CaseError as error:
        return {"problems": [placed(each) for each in error.problems]}
    except DetenteError as error:
        return {"refused": f"{type(error).__name__}: {error}"}
    except Exception as error:
        told = traceback.extract_tb(error.__traceback__)
        last = f"{Path(told[-1].filename).name}:{told[-1].lineno}" if told else ""
        return {"crash": f"{type(error).__name__}: {str(error)[:300]} at {last}"}


def main() -> None:
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8", errors="surrogatepass")
    os.dup2(2, 1)
    program = Program()
    for line in sys.stdin:
        request = json.loads(line)
        call = getattr(program, request.pop("do"))
        with warnings.catch_warnings(record=True) as met:
            warnings.simplefilter("always")
            told = guarded(lambda call=call, request=request: call(**request))
        told["warnings"] = sorted({f"{each.category.__name__}: {each.message}" for each in met})
        answers.write(json.dumps(told) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
