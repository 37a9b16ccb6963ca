"""The environment is described in several files: they agree, and it is the one in use."""

import ast
import importlib.metadata
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import conda_environment
import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version
from rattler import MatchSpec, VersionSpec
from rattler import Version as CondaVersion

ROOT = Path(__file__).resolve().parents[1]
WHOLE = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PROJECT, NAMES = WHOLE["project"], WHOLE["tool"]["conda-names"]
CONDA = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))

USERS_PACKAGES = {"jupyterlab", "pandas", "seaborn", "statsmodels", "papermill", "nbval"}


def ranges(*groups: list[str]) -> dict[str, SpecifierSet]:
    """Return each requirement's range by its name."""
    found = [Requirement(text) for group in groups for text in group]
    return {canonicalize_name(each.name): each.specifier for each in found}


def pins() -> list[Requirement]:
    """Return the lines of constraints.txt."""
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    return [Requirement(line) for line in lines if not line.startswith("#")]


def pinned(name: str) -> list[str]:
    """Return the versions of one package that constraints.txt names, for any Python."""
    return [
        next(iter(pin.specifier)).version for pin in pins() if canonicalize_name(pin.name) == name
    ]


def imports(path: Path) -> set[str]:
    """Return the top-level packages that a module imports, anywhere in it."""
    nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    plain = [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    taken = [node.module for node in nodes if isinstance(node, ast.ImportFrom) and not node.level]
    own = {"thurrock_analysis", *sys.stdlib_module_names}
    return {name.partition(".")[0] for name in [*plain, *filter(None, taken)]} - own


EXTRAS = PROJECT["optional-dependencies"]
NEEDED = ranges(PROJECT["dependencies"], EXTRAS["test"])
CONDA_SPECS = [spec for spec in CONDA["dependencies"] if isinstance(spec, str)]
PIP_NAME = {conda: name for name, conda in NAMES.items()}


def test_environment_yml_is_made_from_pyproject():
    written = conda_environment.FILE.read_text(encoding="utf-8")
    assert written == conda_environment.text(), "run `make environment`"


def test_the_packages_that_the_users_named_are_there():
    assert set(NEEDED) >= USERS_PACKAGES
    assert {spec.partition(" ")[0] for spec in CONDA_SPECS} >= USERS_PACKAGES


@pytest.mark.parametrize("spec", CONDA_SPECS)
def test_conda_reads_each_line_and_would_accept_the_pinned_version(spec):
    name, _, text = spec.partition(" ")
    parsed = MatchSpec(spec)
    assert parsed.name.normalized == name
    assert (str(parsed.version) == text) if text else (parsed.version is None)
    if name not in {"python", "pip"}:
        versions, allowed = pinned(PIP_NAME.get(name, name)), VersionSpec(text)
        assert versions
        assert [each for each in versions if not allowed.matches(CondaVersion(each))] == []


@pytest.mark.parametrize("extra", ["", *sorted(EXTRAS)])
def test_pinned_versions_are_within_the_ranges(extra):
    for name, span in ranges(EXTRAS[extra] if extra else PROJECT["dependencies"]).items():
        assert pinned(name), f"{name} is not pinned"
        assert [version for version in pinned(name) if version not in span] == []


def test_each_pin_is_one_exact_version():
    for pin in pins():
        assert [part.operator for part in pin.specifier] == ["=="], str(pin)
        assert not pin.url and not pin.extras, str(pin)


def test_the_environment_in_use_is_the_described_one():
    """Versions equal the pins; in a conda environment they are within conda's ranges."""
    if Path(sys.prefix, "conda-meta").is_dir():
        wanted = dict(NEEDED)
    else:
        here = [pin for pin in pins() if pin.marker is None or pin.marker.evaluate()]
        wanted = {pin.name: pin.specifier for pin in here}
    installed = {name: importlib.metadata.version(name) for name in wanted}
    wrong = {name: v for name, v in installed.items() if v not in wanted[name]}
    assert wrong == {}, "run `make clean test`, which installs the pinned versions"


def test_the_same_versions_of_python_are_named_everywhere():
    prefix = "Programming Language :: Python :: "
    named = [text.removeprefix(prefix) for text in PROJECT["classifiers"] if prefix in text]
    oldest = named[0]
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    set_up = (ROOT / "tools" / "set-up.sh").read_text(encoding="utf-8")
    assert named == sorted(named, key=Version)
    assert PROJECT["requires-python"] == f">={oldest}"
    assert re.findall(r"^PYTHONS := (.*)$", makefile, re.M) == [" ".join(named)]
    assert re.findall(r"--python-version (\S+)", makefile) == [oldest]
    assert f"sys.version_info < (3, {Version(oldest).minor})" in set_up
    assert f"Python :: {sys.version_info.major}.{sys.version_info.minor}" in "".join(
        PROJECT["classifiers"]
    )


@pytest.mark.parametrize(
    ("folders", "declared"),
    [
        (["thurrock_analysis"], ranges(PROJECT["dependencies"])),
        (["tests", "benchmarks", "tools"], NEEDED),
    ],
    ids=["package", "tests"],
)
def test_every_package_that_is_imported_is_declared(folders, declared):
    """What another package happens to bring along may be gone with its next version."""
    files = [path for folder in folders for path in (ROOT / folder).rglob("*.py")]
    imported = {name for path in files for name in imports(path)}
    known = importlib.metadata.packages_distributions()
    brought_by = {
        name: {canonicalize_name(each) for each in known.get(name, [])} for name in imported
    }
    assert imported
    assert {name: by for name, by in brought_by.items() if by and not by & set(declared)} == {}


# Written so that the patterns do not match themselves.
FOREIGN = {
    "an index address": rb"pypi[.]org|pythonhosted[.]|anaconda[.]org|npmjs[.]org|deb[.]debian|"
    rb"index-url[ =]|find-links[ =]|https?:[^\s\"']*/simple\b",
    "a path of one machine": rb"(?<![\w.~-])[/](?:home|Users|root|work|tmp|opt|mnt|srv)[/]\w|"
    rb"\b[A-Z]:\\(?:Users|work)",
}


def project_files() -> list[Path]:
    """Return the files that git keeps or would keep; without git, all that are not made here."""
    command = ["git", "-C", str(ROOT), "ls-files", "-z", "-co", "--exclude-standard"]
    try:
        listed = subprocess.run(command, capture_output=True, check=True).stdout.decode()
    except (OSError, subprocess.CalledProcessError):
        made = re.compile(r"[.](?!ci|git|pre-commit)|__pycache__|reports|build|dist|.*egg-info")
        paths = (path.relative_to(ROOT) for path in ROOT.rglob("*"))
        kept = [path for path in paths if not any(made.match(part) for part in path.parts)]
        return [ROOT / path for path in kept if path.parts[0] != ".git" and (ROOT / path).is_file()]
    return [path for path in (ROOT / name for name in listed.split("\0") if name) if path.is_file()]


@pytest.mark.parametrize("what", sorted(FOREIGN))
def test_no_file_names(what):
    files = project_files()
    assert ROOT / "pyproject.toml" in files
    pattern = re.compile(FOREIGN[what])
    found = {
        str(path.relative_to(ROOT)): match.group()
        for path in files
        if (match := pattern.search(path.read_bytes()))
    }
    assert found == {}


@pytest.mark.parametrize(
    ("what", "parts"),
    [
        ("an index address", ("https:", "//packages.council.example/simple/")),
        ("an index address", ("--extra-index", "-url = x")),
        ("an index address", ("https://conda.anaconda", ".org/x")),
        ("a path of one machine", ("open('/ho", "me/someone/x.csv')")),
        ("a path of one machine", ("/ro", "ot/x")),
        ("a path of one machine", ("C:", "\\Users\\someone")),
    ],
)
def test_the_search_for_foreign_names_finds(what, parts):
    assert re.search(FOREIGN[what], "".join(parts).encode())


@pytest.mark.parametrize("harmless", [b"gov.uk/home/statistics", b"docs/work/plan", b"~/work/x"])
def test_the_search_for_foreign_names_passes(harmless):
    assert not any(re.search(pattern, harmless) for pattern in FOREIGN.values())
