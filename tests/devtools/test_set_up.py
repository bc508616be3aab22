# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Python, the cache, PostgreSQL, Chromium and Node."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from devtools import (
    checkouts,
    chromium,
    environment,
    node,
    odoo_tree,
    places,
    postgres,
    python_env,
    python_version,
    system_packages,
)
from devtools.errors import Problem


@pytest.mark.parametrize("version", [(3, 11, 2), (3, 12, 0), (3, 13, 9)])
def test_a_tested_python_is_accepted(version):
    assert python_version.complaint_about(version) is None


@pytest.mark.parametrize("version", [(3, 10, 13), (3, 14, 0), (2, 7, 18)])
def test_another_python_is_refused_with_what_to_do(version):
    with pytest.raises(SystemExit) as caught:
        python_version.refuse_untested_python(version)
    message = str(caught.value)
    assert f"this is {version[0]}.{version[1]}." in message
    assert "python3.11 dev run" in message


def test_the_cache_of_root_can_be_reached_by_nobody():
    assert places.cache_root({"XDG_CACHE_HOME": "/x"}, uid=0) == Path(
        "/var/cache/zadarma_connector"
    )


def test_the_cache_of_a_user_is_where_caches_are():
    assert places.cache_root({"XDG_CACHE_HOME": "/x"}, uid=1000) == Path(
        "/x/zadarma_connector"
    )
    home = Path("~/.cache/zadarma_connector").expanduser()
    assert places.cache_root({}, uid=1000) == home


def test_a_fresh_machine_has_no_checkouts_to_forget(tmp_path, monkeypatch):
    monkeypatch.setattr(places, "cache_root", lambda: tmp_path / "nothing")
    checkouts.forget_gone(python="unused")
    assert not (tmp_path / "nothing").exists()


def test_checkouts_do_not_share_state():
    assert places.checkout_name(Path("/a")) != places.checkout_name(Path("/b"))


def test_digests_tell_parts_apart():
    assert places.digest("ab", "c") != places.digest("a", "bc")


def test_a_lock_is_held_by_one_process_at_a_time(tmp_path):
    path = tmp_path / "deep" / "lock"
    script = (
        "import pathlib, sys; from devtools import places\n"
        "with places.lock(pathlib.Path(sys.argv[1]), 'unpacking Odoo'): pass"
    )
    with places.lock(path, "unpacking Odoo"):
        other = subprocess.Popen(
            [sys.executable, "-c", script, path],
            cwd=places.CHECKOUT,
            stderr=subprocess.PIPE,
            text=True,
        )
        # It says so, and ends only when we let go.
        waiting = other.stderr.readline()
        assert other.poll() is None
    _, rest = other.communicate(timeout=20)
    assert "waiting for another ./dev, which is unpacking Odoo" in waiting
    assert (other.returncode, rest) == (0, "")


def test_the_environments_key_follows_the_pins(tmp_path, monkeypatch):
    monkeypatch.setattr(python_env, "REQUIREMENTS", tmp_path)
    pins = tmp_path / "odoo.txt"
    pins.write_text("a==1")
    before = python_env.requirements_key(["odoo.txt"])
    assert python_env.requirements_key(["odoo.txt"]) == before
    pins.write_text("a==2")
    assert python_env.requirements_key(["odoo.txt"]) != before


def test_odoo_keeps_bytecode_whoever_starts_it(tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    odoo = odoo_tree.Source(tmp_path, tmp_path / "odoo-bin", (tmp_path,), "19.0.0")
    server = postgres.Server(tmp_path, "socket", 5432, "odoo")
    variables = environment.Environment(
        Path(sys.executable), odoo, server, tmp_path, None
    ).environ()
    assert variables["PYTHONPYCACHEPREFIX"].startswith(str(tmp_path))
    assert "PYTHONDONTWRITEBYTECODE" not in variables


def test_every_package_is_pinned():
    for file in python_env.REQUIREMENTS.glob("*.txt"):
        for line in file.read_text().splitlines():
            assert not line or line.startswith("#") or "==" in line, (file.name, line)


def test_no_lock_file_names_a_registry():
    assert (
        '"resolved"' not in (python_env.REQUIREMENTS / "package-lock.json").read_text()
    )


def make_environment(monkeypatch, tmp_path, modules):
    """Have an environment made where some modules exist; return pip's command."""
    commands = []
    installed = set(modules)
    monkeypatch.setattr(python_env, "cache_root", lambda: tmp_path)
    monkeypatch.setattr(python_env, "_module_exists", installed.__contains__)
    monkeypatch.setattr(
        system_packages,
        "ensure",
        lambda packages, purpose: installed.add("ensurepip")
        if packages == ["python3-venv"]
        else None,
    )

    def call(command, **options):
        commands.append([str(part) for part in command])
        (tmp_path / "venv").mkdir(exist_ok=True)
        key = python_env.requirements_key(["lint.txt"])
        (tmp_path / "venv" / key).mkdir(exist_ok=True)

    monkeypatch.setattr(python_env, "call", call)
    python = python_env.ensure(["lint.txt"], "the linters")
    return python, commands


def test_an_environment_is_made_with_its_own_pip(monkeypatch, tmp_path):
    python, (make, install) = make_environment(monkeypatch, tmp_path, {"ensurepip"})
    assert "--without-pip" not in make
    assert install[:4] == [str(python), "-m", "pip", "install"]


def test_without_ensurepip_the_systems_pip_installs(monkeypatch, tmp_path):
    python, (make, install) = make_environment(monkeypatch, tmp_path, {"pip"})
    assert "--without-pip" in make
    assert install[1:5] == ["-m", "pip", "--python", str(python)]


def test_without_both_python3_venv_is_installed(monkeypatch, tmp_path):
    _python, (make, _install) = make_environment(monkeypatch, tmp_path, set())
    assert "--without-pip" not in make


def test_without_both_and_without_root_the_package_is_named(monkeypatch, tmp_path):
    monkeypatch.setattr(python_env, "cache_root", lambda: tmp_path)
    monkeypatch.setattr(python_env, "_module_exists", lambda name: False)
    monkeypatch.setattr(system_packages, "can_install", lambda: False)
    with pytest.raises(Problem, match="python3-venv is missing"):
        python_env.ensure(["lint.txt"], "the linters")


def test_the_socket_moves_when_its_path_is_too_long(tmp_path, monkeypatch):
    monkeypatch.setattr(postgres.tempfile, "gettempdir", lambda: "/tmp")
    short = postgres.Cluster(Path("/var/cache/x"), Path("/bin"))
    assert short.socket_folder == Path("/var/cache/x/postgresql/socket")
    deep = Path("/home") / ("long" * 30)
    moved = postgres.Cluster(deep, Path("/bin")).socket_folder
    assert moved.parent == Path("/tmp")
    assert moved == postgres.Cluster(deep, Path("/bin")).socket_folder
    assert moved != postgres.Cluster(deep / "other", Path("/bin")).socket_folder


@pytest.mark.parametrize("text", ["", "nonsense", "4194400\n", "{another}\n"])
def test_a_stale_pid_file_is_not_a_running_server(tmp_path, text):
    cluster = postgres.Cluster(tmp_path, Path("/bin"))
    cluster.data.mkdir(parents=True)
    (cluster.data / "postmaster.pid").write_text(text.format(another=os.getpid()))
    assert not cluster.is_running()


def test_a_server_at_work_in_its_folder_is_running(tmp_path, monkeypatch):
    cluster = postgres.Cluster(tmp_path, Path("/bin"))
    cluster.data.mkdir(parents=True)
    (cluster.data / "postmaster.pid").write_text(f"{os.getpid()}\nmore\n")
    monkeypatch.chdir(cluster.data)
    assert cluster.pid() == os.getpid()


def test_postgresqls_superuser_is_refused(monkeypatch, tmp_path):
    (tmp_path / "lib/python3.11/site-packages").mkdir(parents=True)
    monkeypatch.setenv("PGHOST", "db.example")
    monkeypatch.setenv("PGUSER", "postgres")
    with (
        pytest.raises(Problem, match="set PGUSER to another"),
        postgres.running(tmp_path / "bin" / "python", tmp_path),
    ):
        pass


def test_a_server_that_cannot_be_reached_is_an_error(monkeypatch, tmp_path):
    (tmp_path / "lib/python3.11/site-packages").mkdir(parents=True)
    monkeypatch.setenv("PGHOST", str(tmp_path))
    monkeypatch.setenv("PGUSER", "odoo")
    with (
        pytest.raises(Problem, match="that PGHOST names cannot be used"),
        postgres.running(tmp_path / "bin" / "python", tmp_path),
    ):
        pass


def test_chromium_is_found_under_the_names_that_odoo_knows(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(chromium, "_loads", lambda library: True)
    assert chromium.find() is None
    browser = tmp_path / "chromium-browser"
    browser.touch(0o755)
    assert chromium.ensure() == str(browser)


def test_a_missing_browser_is_an_error_without_root(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(chromium, "_loads", lambda library: False)
    monkeypatch.setattr(system_packages, "can_install", lambda: False)
    with pytest.raises(Problem, match="apt-get install .* chromium libatomic1"):
        chromium.ensure()


def test_a_library_that_is_not_there_does_not_load():
    assert chromium._loads("libc.so.6")
    assert not chromium._loads("libnowhere.so.1")


@pytest.mark.parametrize(
    ("answer", "version"), [("v20.20.2\n", 20), ("v9.1.0", 9), ("", 0), ("20", 0)]
)
def test_nodes_version_is_read(answer, version):
    assert node.major_version(answer) == version
