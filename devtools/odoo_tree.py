# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Odoo 19.0: from ODOO_PATH, or Debian's package unpacked into the cache."""

import ast
import dataclasses
import hashlib
import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from . import debian
from .errors import Problem
from .places import beside, cache_root, digest, lock
from .process import call
from .progress import step

SERIES = "19.0"
PACKAGE = "odoo-19"

#: Files of the package that its own links and asset bundles need.
COMPANIONS = (
    "fonts-montserrat",
    "fonts-roboto-unhinted",
    "libjs-jquery",
    "libjs-jquery-form",
    "libjs-underscore",
)

#: The package as known here, for those who get it elsewhere.
KNOWN_FILE = "odoo-19_19.0.0+dfsg-1_all.deb"
KNOWN_SHA256 = "9d2f598b0555db17e291d48ed24df184c70823c053c4c5ed53c467ca7f629bbf"

#: Translations that are unpacked; all of them are two thirds of the package.
LANGUAGES = ("de", "es", "fr", "pl", "ru", "uk")

#: Localisations of accounting, a second and incomplete copy of the addons, and
#: the translations, of which the languages above are then added.
LEFT_OUT = (
    "*/odoo/addons/l10n_*",
    "*/dist-packages/addons",
    "*/i18n/*",
)

#: JavaScript that Debian removes for want of its source (background blur in
#: video calls). Web bundles name it, so it has to exist.
STRIPPED = ("mail/static/lib/selfie_segmentation/selfie_segmentation.js",)

#: Named by manifests although Odoo's own repository has no such file: one is made
#: while Odoo runs, the others are left-overs.
NEVER_A_FILE = frozenset(
    {
        "project/static/src/views/project_task_model_mixin",
        "test_assetsbundle/static/invalid_src/xml/file_not_found.xml",
        "web/static/asset_styles_company_report.scss",
        "website/static/src/interactions/follow.edit.js",
    }
)

#: Changes when what is unpacked changes, so that old trees are not used.
RECIPE = digest(PACKAGE, COMPANIONS, LANGUAGES, LEFT_OUT, STRIPPED)


@dataclasses.dataclass(frozen=True)
class Source:
    """An Odoo that can be run.

    :param path: the folder that holds the Python package `odoo`
    :param bin: the odoo command
    :param addons: folders with Odoo's own addons
    """

    path: Path
    bin: Path
    addons: tuple
    version: str


def read_version(release_file):
    """Return the version that an odoo/release.py states, as "19.0.0"-like text.

    :raises ValueError: when it states none
    """
    found = re.search(r"^version_info\s*=\s*(\(.*?\))", release_file, re.M | re.S)
    if not found:
        raise ValueError("no version_info")
    # Names such as FINAL stand beside the figures.
    return ".".join(re.findall(r"\d+", found.group(1))[:3])


def is_supported(version):
    """Tell whether a version, of Odoo or of its package, is of our series."""
    return version == SERIES or version.startswith((f"{SERIES}.", f"{SERIES}+"))


def from_folder(folder):
    """Return the Odoo in a source tree.

    :param folder: a checkout of Odoo's repository, or an unpacked Debian package
    :raises Problem: when it is not Odoo 19.0
    """
    folder = Path(folder).expanduser().resolve()
    unpacked = folder / "usr" / "lib" / "python3" / "dist-packages"
    path = unpacked if unpacked.is_dir() else folder
    try:
        version = read_version((path / "odoo" / "release.py").read_text())
    except (OSError, ValueError) as error:
        raise Problem(
            f"ODOO_PATH is {folder}, and there is no Odoo in it: it must be a "
            "checkout of Odoo's repository, with the files odoo-bin and "
            "odoo/release.py."
        ) from error
    if not is_supported(version):
        raise Problem(
            f"ODOO_PATH is {folder}, which holds Odoo {version}. The connector "
            f"needs {SERIES}: check out the branch {SERIES} there."
        )
    programs = [path / "odoo-bin", folder / "usr" / "bin" / "odoo"]
    program = next((program for program in programs if program.exists()), None)
    if program is None:
        raise Problem(f"ODOO_PATH is {folder}, and its file odoo-bin is missing.")
    addons = [path / "addons", path / "odoo" / "addons"]
    return Source(
        path, program, tuple(path for path in addons if path.is_dir()), version
    )


def ensure():
    """Return an Odoo 19.0, unpacking Debian's package when ODOO_PATH is not set.

    :raises Problem: naming what can be done when there is no way to one
    """
    if os.environ.get("ODOO_PATH"):
        return from_folder(os.environ["ODOO_PATH"])
    tree = cache_root() / "odoo" / f"{SERIES}-{RECIPE}"
    if not tree.exists():
        with lock(beside(tree, ".lock"), "unpacking Odoo"):
            if not tree.exists():
                _make_tree(tree)
    return from_folder(tree)


def _make_tree(tree):
    downloads = cache_root() / "downloads"
    downloads.mkdir(parents=True, exist_ok=True)
    try:
        packages = _fetch(downloads)
    except Problem as problem:
        raise Problem(no_odoo_message(downloads, problem)) from problem
    with step("Unpacking Odoo"):
        # Made beside its place and renamed when whole: whoever finds it may
        # use it.
        half_made = beside(tree, ".new")
        shutil.rmtree(half_made, ignore_errors=True)
        for package in packages:
            unpack(package, half_made)
        mend(half_made)
        half_made.rename(tree)
    for package in packages:
        if package.name != KNOWN_FILE:
            package.unlink()


def no_odoo_message(downloads, problem):
    """Return the text for when Odoo 19.0 cannot be had from Debian.

    :param downloads: where a package got elsewhere can be placed
    :param problem: why not
    """
    return (
        f"Odoo {SERIES} cannot be had from Debian: {problem}\n"
        "Two ways remain:\n"
        f"  - set ODOO_PATH to a source tree of Odoo {SERIES} (a checkout of the "
        f"branch {SERIES} of Odoo's repository), or\n"
        f"  - get {KNOWN_FILE} from Debian's archive of old packages "
        f"(snapshot.debian.org, package {PACKAGE}), sha256\n"
        f"    {KNOWN_SHA256},\n"
        f"    and put it into {downloads}"
    )


def _fetch(downloads):
    """Return the files of the package and its companions."""
    given = downloads / KNOWN_FILE
    if given.exists():
        verify(given)
        wanted = list(COMPANIONS)
    else:
        wanted = [PACKAGE, *COMPANIONS]
    mirror = debian.machine_mirror()
    with (
        step(f"Downloading Odoo from {mirror} (130 MB)"),
        tempfile.TemporaryDirectory(prefix="zadarma-apt-") as folder,
    ):
        apt = debian.PrivateApt(Path(folder), mirror)
        apt.update()
        if PACKAGE in wanted:
            refuse_other_version(apt.version(PACKAGE))
        for package in wanted:
            for old in downloads.glob(f"{package}_*.deb"):
                old.unlink()
        apt.download(wanted, downloads)
    return [
        next(iter(downloads.glob(f"{package}_*.deb")))
        for package in (PACKAGE, *COMPANIONS)
    ]


def refuse_other_version(version):
    """Check the version that Debian offers.

    :raises Problem: when it has moved on
    """
    if version is None:
        raise Problem(f"its archive has no package {PACKAGE} any more.")
    if not is_supported(version):
        raise Problem(f"its archive has {PACKAGE} in version {version} only.")


def verify(package):
    """Check a package file that somebody placed.

    :raises Problem: when it is not the one that is known
    """
    with package.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != KNOWN_SHA256:
        raise Problem(f"{package} has sha256 {found}, not {KNOWN_SHA256}: delete it.")


def unpack(package, folder):
    """Unpack a Debian package, without what is not wanted of it."""
    folder.mkdir(parents=True, exist_ok=True)
    extract(package, folder, [f"--exclude={pattern}" for pattern in LEFT_OUT])
    if package.name.startswith(f"{PACKAGE}_"):
        extract(
            package,
            folder,
            [f"--exclude={LEFT_OUT[0]}", "--wildcards"]
            + [f"*/i18n/{language}.po" for language in LANGUAGES],
        )


def extract(package, folder, selection=()):
    """Unpack files of a Debian package.

    :param selection: options of tar that choose them, by default all
    """
    with subprocess.Popen(
        ["dpkg-deb", "--fsys-tarfile", package], stdout=subprocess.PIPE
    ) as dpkg:
        call(
            ["tar", "-x", "-C", folder, "--no-same-owner", *selection],
            stdin=dpkg.stdout,
            failure=f"{package} cannot be unpacked (delete it if it is damaged)",
        )


def mend(tree):
    """Add to an unpacked package what Debian left out.

    :raises Problem: when an asset is missing that is not known to be
    """
    path = tree / "usr" / "lib" / "python3" / "dist-packages"
    addons = path / "odoo" / "addons"
    for name in STRIPPED:
        stub = addons / name
        if not stub.exists():
            stub.parent.mkdir(parents=True, exist_ok=True)
            stub.write_text("// Left out of Debian's package.\n")
    # Beside the Python package, as in Odoo's repository: so it finds that
    # package by itself, without PYTHONPATH.
    shutil.copy(tree / "usr" / "bin" / "odoo", path / "odoo-bin")
    missing = missing_assets(addons) - NEVER_A_FILE
    if missing:
        raise Problem(
            "the package lacks files that its web pages need: "
            + ", ".join(sorted(missing))
        )


def missing_assets(addons):
    """Return the asset files that manifests name and that are not there.

    :param addons: a folder with addons
    """
    missing = set()
    for manifest in addons.glob("*/__manifest__.py"):
        bundles = ast.literal_eval(manifest.read_text()).get("assets", {})
        for entries in bundles.values():
            for entry in entries:
                path = _asset_path(entry)
                if path and not (addons / path).exists():
                    missing.add(path)
    return missing


def _asset_path(entry):
    """Return the file that an entry of a bundle adds, or None for a pattern."""
    if not isinstance(entry, str):
        if entry[0] in ("include", "remove"):
            return None
        entry = entry[-1]
    path = entry.lstrip("/")
    if "*" in path or "/static/" not in path or "://" in path:
        return None
    return path
