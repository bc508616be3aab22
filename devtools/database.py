# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Databases, made quickly by copying cached ones.

There are two layers of templates: one with what our addons depend on, which
takes half a minute and rarely changes, and one with our addons installed in a
copy of it, which takes seconds.
"""

import contextlib
import os
import shutil
import subprocess

from . import addons, odoo_log, places, python_env
from .errors import Problem
from .process import tail
from .progress import step

#: Names of the templates begin so; whatever begins so may be dropped.
PREFIX = "template_zadarma"

#: Settings that hold the address of a service of Odoo S.A.
SERVICES = (
    "enrich.endpoint",
    "html_editor.media_library_endpoint",
    "html_editor.olg_api_endpoint",
    "iap.endpoint",
    "iap.partner_autocomplete.endpoint",
    "reveal.endpoint",
    "sms.endpoint",
    "snailmail.endpoint",
)
NOWHERE = "http://127.0.0.1:9"

#: Changes when templates are made in another way, so that old ones are not used.
RECIPE = places.digest(SERVICES, NOWHERE)


def names(environment):
    """Return the names of all databases."""
    rows = environment.server.query("select datname from pg_database")
    return {row[0] for row in rows}


def drop(environment, name):
    """Remove a database, whoever is connected to it, and its files."""
    environment.server.query(f'drop database if exists "{name}" with (force)')
    shutil.rmtree(_filestore(environment, name), ignore_errors=True)


def copy(environment, source, name):
    """Make a database that is a copy of another one, files included.

    :raises Problem: when the new one exists
    """
    environment.server.client(
        "createdb", "-T", source, name, failure=f"database {name} cannot be made"
    )
    files = _filestore(environment, source)
    if files.exists():
        # Odoo names a stored file after its content and never rewrites it.
        shutil.copytree(files, _filestore(environment, name), copy_function=os.link)


def keep_offline(environment, name):
    """Set up a database so that nothing of it calls out by itself.

    Odoo's paid services (text messages, address completion, ...) are sent to an
    address of this machine where nobody listens, and Odoo S.A. is not told of us.
    """
    parameters = ", ".join(f"('{key}', '{NOWHERE}')" for key in SERVICES)
    environment.server.query(
        f"insert into ir_config_parameter (key, value) values {parameters}"
        " on conflict (key) do update set value = excluded.value;"
        " update ir_cron set active = false where ir_actions_server_id in"
        " (select id from ir_act_server where code like '%publisher_warranty%'"
        "  or id in (select res_id from ir_model_data where module = 'mail'"
        "            and name = 'ir_cron_module_update_notification'));"
        " update res_company set iap_enrich_auto_done = true",
        name,
    )


def set_base_url(environment, name, url):
    """Tell Odoo its own address, and not to guess another from requests."""
    environment.server.query(
        "insert into ir_config_parameter (key, value) values"
        f" ('web.base.url', '{url}'), ('web.base.url.freeze', 'True')"
        " on conflict (key) do update set value = excluded.value",
        name,
    )


def _filestore(environment, name):
    return environment.data_dir / "filestore" / name


def log_file(environment, name):
    """Return the path of a log in this checkout's state folder."""
    folder = environment.state / "logs"
    folder.mkdir(exist_ok=True)
    return folder / f"{name}.log"


def odoo(environment, name, *arguments, doing):
    """Run odoo on a database until it is done; its log must be clean.

    :param doing: what is done, as in "installing zadarma_connector"
    :raises Problem: when odoo fails, or logs a warning or an error
    """
    log = log_file(environment, name)
    log.unlink(missing_ok=True)
    done = subprocess.run(
        [
            environment.python,
            environment.odoo.bin,
            f"--database={name}",
            *arguments,
            "--stop-after-init",
            "--no-http",
            f"--logfile={log}",
        ],
        env=environment.environ(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        text = log.read_text(errors="replace") if log.exists() else ""
        raise Problem(
            f"{doing} failed. The whole log: {log}\n{tail(text + done.stderr)}"
        )
    odoo_log.require_clean(log, doing)


def create(environment, name, demo, with_addons=True):
    """Make a database with our addons installed, or only what they depend on.

    :param demo: with demonstration data
    """
    with places.lock(environment.state / "templates.lock", "making databases"):
        make = _with_addons if with_addons else _with_dependencies
        copy(environment, make(environment, demo), name)


@contextlib.contextmanager
def temporary(environment, purpose, with_addons=True):
    """Yield the name of a fresh database without demonstration data; drop it after.

    :param purpose: what its name begins with
    """
    name = f"{purpose}_{os.getpid()}"
    create(environment, name, demo=False, with_addons=with_addons)
    try:
        yield name
    finally:
        drop(environment, name)


def _with_addons(environment, demo):
    """Return the name of the template that has our addons, made if need be."""
    dependencies = _with_dependencies(environment, demo)
    flavour = _flavour("addons", demo)
    name = f"{flavour}_{places.digest(dependencies, addons.fingerprint())}"
    ours = ",".join(addons.names())
    if name not in names(environment):

        def install(new):
            copy(environment, dependencies, new)
            odoo(environment, new, f"--init={ours}", doing=f"installing {ours}")

        _make_template(environment, flavour, name, f"Installing {ours}", install)
    return name


def _with_dependencies(environment, demo):
    """Return the name of the template that lacks our addons, made if need be."""
    flavour = _flavour("dependencies", demo)
    key = places.digest(
        environment.odoo.path,
        environment.odoo.version,
        RECIPE,
        python_env.requirements_key(python_env.ODOO),
        *addons.dependencies(),
    )
    name = f"{flavour}_{key}"
    if name in names(environment):
        return name
    modules = ",".join(addons.dependencies())

    def install(new):
        environment.server.client("createdb", "-T", "template0", new)
        odoo(
            environment,
            new,
            f"--init={modules}",
            *(["--with-demo"] if demo else []),
            doing=f"installing {modules}",
        )
        keep_offline(environment, new)

    _make_template(
        environment,
        flavour,
        name,
        f"Installing {modules}{' with demo data' if demo else ''} "
        "(once, then it is kept)",
        install,
    )
    return name


def _flavour(layer, demo):
    # With PGHOST the server may be several checkouts', but the files are not.
    kind = "demo" if demo else "plain"
    return f"{PREFIX}_{places.checkout_name()[:6]}_{layer}_{kind}"


def _make_template(environment, flavour, name, title, install):
    """Make a template under another name, so that it is whole once it is there.

    Older templates of the same flavour are dropped.
    """
    for old in names(environment):
        if old.startswith(f"{flavour}_"):
            drop(environment, old)
    new = f"{flavour}_new"
    with step(title):
        install(new)
    files = _filestore(environment, new)
    if files.exists():
        shutil.rmtree(_filestore(environment, name), ignore_errors=True)
        files.rename(_filestore(environment, name))
    environment.server.query(f'alter database "{new}" rename to "{name}"')
