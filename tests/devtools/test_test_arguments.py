# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import pytest

from devtools.errors import Problem
from devtools.testing import choose_suites, sharing, split_arguments


@pytest.fixture
def checkout(tmp_path):
    for folder in ("tests/live", "tests/simulator", "addon/tests"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "addon" / "__manifest__.py").write_text("{}")
    (tmp_path / "tests" / "simulator" / "test_api.py").touch()
    (tmp_path / "tests" / "live" / "test_kill.py").touch()
    return tmp_path


def test_no_arguments_choose_every_suite(checkout):
    assert choose_suites([], checkout) == {
        "pure": ["tests"],
        "odoo": ["addon/tests"],
        "live": ["tests/live"],
    }


def test_a_suite_without_a_folder_is_not_chosen(checkout):
    (checkout / "addon" / "__manifest__.py").unlink()
    assert set(choose_suites([], checkout)) == {"pure", "live"}


@pytest.mark.parametrize(
    ("paths", "suites"),
    [
        (["tests/simulator"], {"pure": ["tests/simulator"]}),
        (["tests"], {"pure": ["tests"], "live": ["tests/live"]}),
        (["tests/live/test_kill.py::t"], {"live": ["tests/live/test_kill.py::t"]}),
        (["addon"], {"odoo": ["addon/tests"]}),
        (
            ["addon/tests/test_x.py", "tests/simulator"],
            {"odoo": ["addon/tests/test_x.py"], "pure": ["tests/simulator"]},
        ),
        (["benchmarks"], {}),
    ],
)
def test_paths_choose_suites(checkout, paths, suites):
    assert choose_suites(paths, checkout) == suites


def test_several_processes_share_a_folder_but_not_a_file(checkout):
    assert "--dist=worksteal" in sharing("pure", ["tests/simulator"], checkout)
    file = "tests/simulator/test_api.py"
    for paths in ([file], [f"{file}::test_a"], [file, "tests/live/test_kill.py"]):
        assert sharing("pure", paths, checkout) == []


def test_paths_are_told_from_options(checkout):
    paths, others = split_arguments(
        ["-x", "-k", "tests", "-n", "0", "simulator/test_api.py::test_a", "--lf"],
        checkout / "tests",
        checkout,
    )
    assert paths == ["tests/simulator/test_api.py::test_a"]
    assert others == ["-x", "-k", "tests", "-n", "0", "--lf"]


@pytest.mark.parametrize("path", ["tests/typo.py", "tests/typo.py::test", "/etc"])
def test_a_path_that_holds_no_tests_is_refused(checkout, path):
    with pytest.raises(Problem, match="there is no test file"):
        split_arguments([path], checkout, checkout)
