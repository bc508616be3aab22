# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Installing the addon on one's own Odoo with pip."""

import os
import shutil
import zipfile

import pytest

from devtools import addons, database, odoo_log, places, process


@pytest.fixture(scope="module")
def wheels(ready, tmp_path_factory):
    """A wheel of each addon, by the addon's name."""
    built = {}
    for name in addons.names():
        folder = tmp_path_factory.mktemp(name)
        # Built from a copy: a build leaves files in its folder.
        source = folder / name
        shutil.copytree(
            places.CHECKOUT / name, source, ignore=shutil.ignore_patterns("__pycache__")
        )
        process.call(
            [
                *(ready.python, "-m", "pip", "wheel"),
                *("--no-deps", "--no-build-isolation", "--no-index"),
                *("--wheel-dir", folder, source),
            ],
            # The manifest's version as it is; counting commits would need git.
            env={**os.environ, "WHOOL_POST_VERSION_STRATEGY_OVERRIDE": "none"},
        )
        (built[name],) = folder.glob("*.whl")
    return built


@pytest.mark.parametrize("name", addons.names())
def test_a_wheel_holds_the_whole_addon_for_this_odoo(wheels, name):
    source = places.CHECKOUT / name
    with zipfile.ZipFile(wheels[name]) as archive:
        packed = archive.namelist()
        (metadata,) = (
            archive.read(file).decode()
            for file in packed
            if file.endswith(".dist-info/METADATA")
        )
    files = {
        f"odoo/addons/{name}/{path.relative_to(source)}"
        for path in source.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    files.remove(f"odoo/addons/{name}/pyproject.toml")
    assert files - set(packed) == set()
    assert "Requires-Dist: odoo==19.0.*" in metadata


def test_the_addons_install_from_their_wheels(ready, wheels, tmp_path):
    process.call(
        [
            *(ready.python, "-m", "pip", "install"),
            *("--no-deps", "--no-index", "--target", tmp_path, *wheels.values()),
        ]
    )
    log = tmp_path / "odoo.log"
    template = database.with_dependencies
    with database.temporary(ready, "live_wheel", template) as name:
        process.call(
            [
                *(ready.python, ready.odoo.bin, "--config=/dev/null"),
                f"--data-dir={ready.data_dir}",
                # This checkout is not on it, so the addons come from the wheels.
                f"--addons-path={','.join(map(str, ready.odoo.addons))}",
                f"--database={name}",
                f"--init={','.join(wheels)}",
                *("--stop-after-init", "--no-http", f"--logfile={log}"),
            ],
            env={
                **ready.environ(),
                "PYTHONPATH": f"{ready.odoo.path}{os.pathsep}{tmp_path}",
                # of a folder that no other run has
                "PYTHONDONTWRITEBYTECODE": "1",
            },
        )
        odoo_log.require_clean(log, "installing the wheels")
        rows = ready.server.query(
            "select name from ir_module_module"
            " where state = 'installed' and name like 'zadarma%'",
            name,
        )
        assert {row[0] for row in rows} == set(wheels)
