# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import pytest

from devtools import debian, odoo_tree
from devtools.errors import Problem

RELEASE = "RELEASE_LEVELS = [1]\nversion_info = ({}, {}, 0, FINAL, 0, '')\n"


def make_checkout(folder, major=19, minor=0):
    (folder / "odoo" / "addons").mkdir(parents=True)
    (folder / "addons").mkdir()
    (folder / "odoo" / "release.py").write_text(RELEASE.format(major, minor))
    (folder / "odoo-bin").touch()
    return folder


def test_a_checkout_of_odoo_is_used(tmp_path, monkeypatch):
    make_checkout(tmp_path)
    monkeypatch.setenv("ODOO_PATH", str(tmp_path))
    source = odoo_tree.ensure()
    assert source.path == tmp_path
    assert source.bin == tmp_path / "odoo-bin"
    assert source.addons == (tmp_path / "addons", tmp_path / "odoo" / "addons")
    assert source.version == "19.0.0"


def test_an_unpacked_debian_package_is_used(tmp_path):
    packages = tmp_path / "usr" / "lib" / "python3" / "dist-packages"
    (packages / "odoo" / "addons").mkdir(parents=True)
    (packages / "odoo" / "release.py").write_text(RELEASE.format(19, 0))
    (tmp_path / "usr" / "bin").mkdir()
    (tmp_path / "usr" / "bin" / "odoo").touch()
    source = odoo_tree.from_folder(tmp_path)
    assert source.path == packages
    assert source.bin == tmp_path / "usr" / "bin" / "odoo"


@pytest.mark.parametrize(("major", "minor"), [(18, 0), (19, 1), (20, 0)])
def test_another_series_is_refused(tmp_path, major, minor):
    make_checkout(tmp_path, major, minor)
    with pytest.raises(Problem, match=rf"holds Odoo {major}\.{minor}.*needs 19\.0"):
        odoo_tree.from_folder(tmp_path)


def test_a_folder_without_odoo_is_refused(tmp_path):
    with pytest.raises(Problem, match="there is no Odoo in it"):
        odoo_tree.from_folder(tmp_path)


def test_a_release_file_without_a_version_is_refused(tmp_path):
    make_checkout(tmp_path)
    (tmp_path / "odoo" / "release.py").write_text("")
    with pytest.raises(Problem, match="there is no Odoo in it"):
        odoo_tree.from_folder(tmp_path)


def test_a_checkout_without_the_command_is_refused(tmp_path):
    make_checkout(tmp_path)
    (tmp_path / "odoo-bin").unlink()
    with pytest.raises(Problem, match="odoo-bin is missing"):
        odoo_tree.from_folder(tmp_path)


@pytest.mark.parametrize(
    ("version", "supported"),
    [
        ("19.0", True),
        ("19.0.0", True),
        ("19.0.0+dfsg-1", True),
        ("19.0.3+dfsg-1", True),
        ("19.0+20260101-1", True),
        ("19.01-1", False),
        ("19.1.0+dfsg-1", False),
        ("20.0.0+dfsg-1", False),
    ],
)
def test_only_the_series_is_supported(version, supported):
    assert odoo_tree.is_supported(version) is supported


@pytest.fixture
def no_archive(monkeypatch, tmp_path):
    """A machine whose cache is empty and whose Debian has moved on."""
    monkeypatch.delenv("ODOO_PATH", raising=False)
    monkeypatch.setattr(odoo_tree, "cache_root", lambda: tmp_path)
    monkeypatch.setattr(debian, "machine_mirror", lambda: "http://mirror.example/")
    monkeypatch.setattr(debian.PrivateApt, "update", lambda self: None)
    monkeypatch.setattr(debian.PrivateApt, "version", lambda self, package: None)
    return tmp_path


def assert_names_both_ways(message):
    assert "set ODOO_PATH to a source tree of Odoo 19.0" in message
    assert odoo_tree.KNOWN_FILE in message
    assert odoo_tree.KNOWN_SHA256 in message


def test_when_the_package_is_gone_both_ways_are_named(no_archive):
    with pytest.raises(Problem, match="has no package odoo-19 any more") as caught:
        odoo_tree.ensure()
    assert_names_both_ways(str(caught.value))
    assert str(no_archive / "downloads") in str(caught.value)


def test_when_the_package_moved_on_both_ways_are_named(no_archive, monkeypatch):
    monkeypatch.setattr(
        debian.PrivateApt, "version", lambda self, package: "19.1.0+dfsg-1"
    )
    with pytest.raises(Problem, match=r"odoo-19 in version 19\.1\.0\+dfsg-1 only"):
        odoo_tree.ensure()


def test_without_debian_both_ways_are_named(no_archive, monkeypatch):
    def no_debian():
        raise Problem("this machine has no apt")

    monkeypatch.setattr(debian, "machine_mirror", no_debian)
    with pytest.raises(Problem, match="this machine has no apt") as caught:
        odoo_tree.ensure()
    assert_names_both_ways(str(caught.value))


def test_a_placed_package_with_another_hash_is_refused(no_archive):
    downloads = no_archive / "downloads"
    downloads.mkdir()
    (downloads / odoo_tree.KNOWN_FILE).write_text("something else")
    with pytest.raises(Problem, match="has sha256 .* delete it"):
        odoo_tree.ensure()


def test_a_placed_package_needs_no_odoo_in_the_archive(no_archive, monkeypatch):
    downloads = no_archive / "downloads"
    downloads.mkdir()
    (downloads / odoo_tree.KNOWN_FILE).write_text("x")
    monkeypatch.setattr(odoo_tree, "verify", lambda package: None)
    asked, unpacked = [], []

    def download(self, packages, folder):
        asked.extend(packages)
        for package in packages:
            (folder / f"{package}_1_all.deb").touch()

    def unpack(package, folder):
        unpacked.append(package.name)
        make_checkout(folder) if not folder.exists() else None

    monkeypatch.setattr(debian.PrivateApt, "download", download)
    monkeypatch.setattr(odoo_tree, "unpack", unpack)
    monkeypatch.setattr(odoo_tree, "mend", lambda tree: None)
    assert odoo_tree.ensure().version == "19.0.0"
    assert asked == list(odoo_tree.COMPANIONS)
    assert unpacked[0] == odoo_tree.KNOWN_FILE


def make_addon(addons, name, assets):
    folder = addons / name
    (folder / "static").mkdir(parents=True)
    (folder / "__manifest__.py").write_text(repr({"assets": assets}))
    (folder / "static" / "there.js").touch()
    (folder / "static" / "dangling.js").symlink_to("nowhere.js")


def test_missing_assets_are_found(tmp_path):
    make_addon(
        tmp_path,
        "web",
        {
            "bundle": [
                "web/static/there.js",
                "/web/static/there.js",
                "web/static/gone.js",
                ("after", "web/static/there.js", "web/static/dangling.js"),
                ("include", "web._assets"),
                ("remove", "web/static/removed.js"),
                "web/static/src/**/*",
                "https://cdn.example/static/x.js",
            ]
        },
    )
    assert odoo_tree.missing_assets(tmp_path) == {
        "web/static/gone.js",
        "web/static/dangling.js",
    }


def make_unpacked(tmp_path, assets):
    addons = tmp_path / "usr" / "lib" / "python3" / "dist-packages" / "odoo" / "addons"
    make_addon(addons, "mail", {"bundle": assets})
    (tmp_path / "usr" / "bin").mkdir()
    (tmp_path / "usr" / "bin" / "odoo").write_text("the command")
    return addons


def test_mending_puts_back_what_debian_stripped(tmp_path):
    addons = make_unpacked(tmp_path, list(odoo_tree.STRIPPED))
    odoo_tree.mend(tmp_path)
    assert (addons / odoo_tree.STRIPPED[0]).is_file()
    assert (addons.parent.parent / "odoo-bin").read_text() == "the command"


def test_an_unknown_missing_asset_is_an_error(tmp_path):
    make_unpacked(tmp_path, ["mail/static/new_gap.js"])
    with pytest.raises(Problem, match="lacks files .* mail/static/new_gap.js"):
        odoo_tree.mend(tmp_path)


def test_a_damaged_package_is_an_error(tmp_path):
    package = tmp_path / "odoo-19_19.0_all.deb"
    package.write_text("no archive")
    with pytest.raises(Problem, match="cannot be unpacked"):
        odoo_tree.unpack(package, tmp_path / "tree")
