"""Rules that hold the building together: layers, names, documents, locks."""

from __future__ import annotations

import ast
import importlib
import inspect
import re
import subprocess
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest
from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports

import detente

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "detente"
MODULES = sorted(SOURCE.rglob("*.py"))
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
TEXT = {".py", ".md", ".toml", ".yaml", ".yml", ".txt", ".html", ".css", ".js", ".j2", ".json", ".lark", ""}
LONG = 450
LONG_WITH_REASON: dict[str, str] = {}
MOST_MODULES = 15
SAME_NAME_WITH_REASON: dict[str, list[str]] = {}  # class name -> its modules; a comment beside it says why


def tracked_files() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if listed.returncode:
        pytest.skip("not a git work tree")
    found = [ROOT / name for name in listed.stdout.decode().split("\0") if name]
    return [path for path in found if path.is_file()]


def words(path: Path) -> str:
    return path.read_text("utf-8")


def test_every_import_points_down(monkeypatch):
    monkeypatch.chdir(ROOT)
    assert lint_imports(no_cache=True) == EXIT_STATUS_SUCCESS


def test_the_public_face_has_at_most_25_names():
    assert len(detente.__all__) <= 25


@pytest.mark.parametrize("name", sorted(set(detente.__all__) - {"__version__"}))
def test_every_public_name_exists_and_says_what_it_is(name):
    assert inspect.getdoc(getattr(detente, name))


def test_type_checkers_and_python_see_the_same_public_names():
    tree = ast.parse(words(SOURCE / "__init__.py"))
    block = next(node for node in tree.body if isinstance(node, ast.If))
    imports = [node for node in block.body if isinstance(node, ast.ImportFrom)]
    typed = {alias.asname: node.module for node in imports for alias in node.names if alias.asname == alias.name}
    assert typed == detente._HOME


def test_an_unknown_public_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="nonsense"):
        _ = detente.nonsense


def test_the_version_is_said_once_in_effect():
    assert f'version = "{detente.__version__}"' in words(ROOT / "pyproject.toml")


@pytest.mark.parametrize("word", ["util", "utils", "helper", "helpers", "common", "core", "base", "manager", "misc"])
def test_no_module_has_a_name_that_says_nothing(word):
    assert not [path for path in SOURCE.rglob("*") if path.stem == word]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_a_module_fits_in_a_head(path):
    name = str(path.relative_to(SOURCE))
    assert len(words(path).splitlines()) <= LONG or name in LONG_WITH_REASON


QUESTION = re.compile(
    r"\s*(What|How|Whether|Where|Who|Whose|Whom|Which|Why|When|Its?|They|The same"
    r"|(As|At|By|For|From|In|Of|On|Since|To) (what|how|which|whom|when|where))\b"
)


def opened_with_a_question(text: str) -> list[int]:
    """Lines at which a docstring, or a string under an attribute, opens with a word of question or a pronoun."""
    return [
        node.lineno
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
        and QUESTION.match(node.value.value)
    ]


def test_a_docstring_that_asks_is_found_under_a_module_a_class_a_function_and_an_attribute():
    asking = ['"""What."""', "class A:", '    """How many."""', "    a = 1", '    """Whether."""', "    def b(self):"]
    assert opened_with_a_question("\n".join([*asking, '        """Where it is."""'])) == [1, 3, 5, 7]
    assert not opened_with_a_question('"""True where it is."""\nWHAT = "What a string that documents nothing says"')


def test_every_docstring_opens_with_its_subject_and_no_question():
    everything = [*MODULES, *sorted((ROOT / "benchmarks").rglob("*.py")), ROOT / "start.py"]
    found = [f"{path.relative_to(ROOT)}:{line}" for path in everything for line in opened_with_a_question(words(path))]
    assert not found, "begin with a noun phrase for a value, a verb for an action, or `True where` for a condition"


def test_a_folder_opens_as_a_screenful_of_rooms():
    folders = Counter(path.parent for path in MODULES if path.name != "__init__.py")
    assert {str(folder.relative_to(ROOT)): count for folder, count in folders.items() if count > MOST_MODULES} == {}


def test_what_a_stage_offers_is_in_its_modules_and_not_in_the_folder_s_own_file():
    said = {path for path in MODULES if path.name == "__init__.py" and words(path)}
    assert said == {SOURCE / "__init__.py", SOURCE / "catalogue" / "__init__.py"}


def declared(names: Callable[[ast.Module], Iterable[str]]) -> dict[str, list[str]]:
    """Name -> the modules that declare it, where they are several."""
    found: dict[str, list[str]] = {}
    for path in MODULES:
        for name in sorted(set(names(ast.parse(words(path))))):
            found.setdefault(name, []).append(str(path.relative_to(SOURCE)))
    return {name: where for name, where in found.items() if len(where) > 1}


def classes(tree: ast.Module) -> Iterator[str]:
    return (node.name for node in ast.walk(tree) if isinstance(node, ast.ClassDef))


def public_constants(tree: ast.Module) -> Iterator[str]:
    for node in tree.body:
        if isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names = (name for target in targets for name in ast.walk(target) if isinstance(name, ast.Name))
            stored = (name.id for name in names if isinstance(name.ctx, ast.Store))
            yield from (name for name in stored if re.fullmatch("[A-Z][A-Z0-9_]+", name))


def test_a_class_has_one_name_and_a_name_one_class():
    assert declared(classes) == SAME_NAME_WITH_REASON


def test_a_public_constant_has_one_name_and_a_name_one_constant():
    assert declared(public_constants) == {}


def test_a_name_that_two_modules_declare_is_found():
    """The two tests above can fail: they see nested classes, unpacked tuples and annotated constants."""
    tree = ast.parse("FEW, MANY = 1, 2\nMOST: int = 3\n_OWN = 4\ndef made():\n    class Inner: ...\n    LOCAL = 5\n")
    assert list(public_constants(tree)) == ["FEW", "MANY", "MOST"]
    assert list(classes(tree)) == ["Inner"]


ARITHMETIC = {0.0, 0.5, 1.0, 2.0, 3.0, 4.0}


def floats(tree: ast.AST) -> set[float]:
    found = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, float)}
    return found - ARITHMETIC


def scattered(text: str) -> list[int]:
    """Lines of functions with floating-point numbers that have no name, and of public constants."""
    nodes = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef)]
    for node in ast.parse(text).body:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant | ast.Tuple | ast.BinOp | ast.UnaryOp):
            nodes += [node for name in ast.walk(node.targets[0]) if isinstance(name, ast.Name) and name.id[0] != "_"]
    return sorted({node.lineno for node in nodes if floats(node)})


def test_a_number_in_a_function_or_a_constant_outside_tuning_is_found():
    assert scattered("A = 3e-4\n\ndef b(c=0.25):\n    return c\n\ndef d(x):\n    return 0.5 * x\n") == [1, 3]


@pytest.mark.parametrize("folder", ["concepts", "elimination", "fallback", "others", "path"])
def test_the_numbers_that_tune_a_solver_stand_in_the_tuning_of_its_folder(folder):
    modules = sorted((SOURCE / "equilibrium" / folder).glob("*.py"))
    assert modules
    assert [path.name for path in modules if path.stem != "tuning" and scattered(words(path))] == []


@pytest.mark.parametrize("path", [path for path in MODULES if path.stem == "tuning"], ids=lambda path: path.parent.name)
def test_every_tuning_constant_is_followed_by_its_unit_and_effect(path):
    body = ast.parse(words(path)).body
    constants = [k for k, node in enumerate(body) if isinstance(node, ast.Assign)]
    assert constants
    assert all(k + 1 < len(body) and isinstance(body[k + 1], ast.Expr) for k in constants)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_no_code_is_made_from_text(path):
    called = [
        node.func.id
        for node in ast.walk(ast.parse(words(path)))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    ]
    assert not {"eval", "exec", "__import__"} & set(called)


def test_the_tree_names_no_machine():
    traces = re.compile(r"/work/|/root/|/opt/|/home/[a-z]|file:///|\.example\b|C:\\Users")
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:80]}"
        for path in tracked_files()
        if path.suffix in TEXT and path != Path(__file__).resolve()
        for number, line in enumerate(words(path).splitlines(), 1)
        if traces.search(line)
    ]
    assert not found


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_between_documents_leads_somewhere(path):
    targets = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", words(path))
    local = [target for target in targets if "://" not in target and not target.startswith("mailto:")]
    assert [target for target in local if not (path.parent / target).exists()] == []


def glossary() -> list[tuple[str, str]]:
    rows = re.findall(
        r"^\| \*\*(.+?)\*\* \|.*\| `(detente[\w.]*)` \|$", words(ROOT / "docs" / "glossary.md"), re.MULTILINE
    )
    assert len(rows) > 20
    return rows


@pytest.mark.parametrize(("term", "module"), glossary())
def test_each_term_of_the_glossary_lives_in_its_module(term, module):
    written = inspect.getsource(importlib.import_module(module))
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", written)  # PrivateVariable says "private variable"
    assert any(term.lower() in re.sub(r"[\s_`*]+", " ", text).lower() for text in (written, apart))


def test_every_locked_package_has_a_hash_and_no_index_is_named():
    for lock in ("run", "test", "uv"):
        text = words(ROOT / "locks" / f"{lock}.txt")
        packages = re.split(r"\n(?=[a-z0-9])", text.replace("\\\n", " "))[1:]
        assert packages
        assert all("==" in each and "--hash=sha256:" in each for each in packages)
        assert "index-url" not in text
        assert "find-links" not in text
        assert "://" not in text


def pins(lock: str) -> set[str]:
    return set(re.findall(r"^([a-z0-9][\w.-]*==\S+)", words(ROOT / "locks" / f"{lock}.txt"), re.MULTILINE))


def test_the_lock_for_tests_includes_the_lock_for_use():
    assert pins("run") <= pins("test")


def test_the_start_script_can_be_read_by_a_python_that_is_too_old():
    tree = ast.parse(words(ROOT / "start.py"), feature_version=(3, 7))
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module == "__future__"]


def test_ci_calls_what_a_contributor_calls():
    assert "start.py test" in words(ROOT / ".ci" / "run")
    assert "start.py test" in words(ROOT / "README.md")
    assert "start.py report" in words(ROOT / "README.md")


def test_the_licence_is_the_apache_licence():
    assert "Version 2.0, January 2004" in words(ROOT / "LICENSE")
