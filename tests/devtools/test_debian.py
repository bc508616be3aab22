# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import pytest

from devtools import debian, system_packages
from devtools.debian import PrivateApt, choose_mirror, needed, shown_version
from devtools.errors import Problem

BOOKWORM = "Packages|http://mirror.example/debian/|Debian|bookworm|main"
SECURITY = "Packages|http://mirror.example/debian-security/|Debian|bookworm|main"
NODE = "Packages|https://node.example/node_20.x/|Node|nodistro|main"


DEPENDS = """\
pgbouncer
  PreDepends: init-system-helpers
 |Depends: lsb-base
    sysvinit-utils
  Depends: libssl3
  Depends: <virtual>
    real
  Suggests: python3
  Enhances: postgresql
"""


def test_what_a_package_needs():
    assert needed(DEPENDS) == ["init-system-helpers", "lsb-base", "libssl3"]


@pytest.mark.parametrize(
    ("lines", "mirror"),
    [
        ([BOOKWORM], "http://mirror.example/debian/"),
        ([NODE, SECURITY, BOOKWORM], "http://mirror.example/debian/"),
        ([SECURITY, NODE], None),
        ([], None),
        # No package lists yet: apt does not know the origins.
        (
            [
                "Packages|https://node.example/node_20.x/|||main",
                "Packages|http://security.example/debian/|||main",
                "Packages|http://other.example/debian|||main",
            ],
            "http://other.example/debian",
        ),
        # Ubuntu's is no mirror of Debian.
        (["Packages|http://mirror.example/ubuntu/|Ubuntu|noble|main"], None),
        (["Sources|http://mirror.example/debian/|Debian|bookworm|main"], None),
        (["Packages|http://mirror.example/debian/|Debian|bookworm|contrib"], None),
        (
            ["Packages|http://m.example/debian/|Debian|bookworm-security|main"],
            None,
        ),
    ],
)
def test_the_mirror_is_taken_from_the_machines_apt(lines, mirror):
    assert choose_mirror("\n".join(lines)) == mirror


def test_a_machine_without_apt_is_refused(monkeypatch):
    monkeypatch.setattr(debian.shutil, "which", lambda name: None)
    with pytest.raises(Problem, match="no apt with Debian's archive keyring"):
        debian.machine_mirror()


def test_a_machine_of_another_distribution_is_refused(monkeypatch, tmp_path):
    monkeypatch.setattr(debian.shutil, "which", lambda name: "/usr/bin/apt-get")
    monkeypatch.setattr(debian, "KEYRING", tmp_path)
    monkeypatch.setattr(debian, "call", lambda command: "")
    with pytest.raises(Problem, match="names no Debian mirror"):
        debian.machine_mirror()


def test_the_version_is_read_from_apts_answer():
    answer = "Package: odoo-19\nVersion: 19.0.0+dfsg-1\nDepends: x (>= Version: 1)\n"
    assert shown_version(answer) == "19.0.0+dfsg-1"
    assert shown_version("") is None


def test_the_private_apt_keeps_to_its_folder(tmp_path):
    PrivateApt(tmp_path, "http://mirror.example/debian/")
    configuration = (tmp_path / "apt.conf").read_text()
    settings = dict(line.split(" ", 1) for line in configuration.splitlines())
    folders = {key: value for key, value in settings.items() if key[:3] == "Dir"}
    assert all(
        str(tmp_path) in value or "/dev/null" in value for value in folders.values()
    )
    # Proxies are set in /etc/apt/apt.conf.d, which must stay in force.
    assert "Dir::Etc::Parts" not in settings
    source = (tmp_path / "sources" / "sid.sources").read_text()
    assert "URIs: http://mirror.example/debian/\n" in source
    assert "Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg\n" in source


def test_without_root_the_missing_packages_are_named(monkeypatch):
    monkeypatch.setattr(system_packages.os, "getuid", lambda: 1000)
    with pytest.raises(Problem) as caught:
        system_packages.ensure(["chromium"], "the browser tests")
    assert str(caught.value) == (
        "chromium is missing, needed for the browser tests. Ask the administrator of "
        "this machine to run:\n    apt-get install --no-install-recommends chromium"
    )


def apt_that_fails(monkeypatch, failures):
    """Replace apt-get; it fails as often as told. Return the list of its calls."""
    calls = []

    def call(command, env, failure):
        calls.append([part for part in command if part in ("update", "install")][0])
        if calls[-1] == "install" and calls.count("install") <= failures:
            raise Problem(failure)

    monkeypatch.setattr(system_packages, "call", call)
    monkeypatch.setattr(system_packages, "can_install", lambda: True)
    return calls


def test_packages_are_installed_after_a_refresh_of_old_lists(monkeypatch):
    calls = apt_that_fails(monkeypatch, failures=1)
    system_packages.ensure(["chromium"], "the browser tests")
    assert calls[-3:] == ["install", "update", "install"]


def test_apt_that_cannot_install_is_an_error(monkeypatch):
    apt_that_fails(monkeypatch, failures=2)
    with pytest.raises(Problem, match="apt could not install chromium"):
        system_packages.ensure(["chromium"], "the browser tests")
