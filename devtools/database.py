# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Databases, made quickly by copying cached ones.

There are three layers of templates: one with what our addons depend on, which
takes half a minute and rarely changes, one with our addons installed in a copy of
it, which takes seconds, and for browsers one with the scripts and styles of the web
client in a copy of that.
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

#: The administrator's password, "admin", hashed in one round: servers of tests accept
#: it at once, and others hash it anew when somebody logs in.
ADMINISTRATOR = (
    "$pbkdf2-sha512$1$YWRtaW5pc3RyYXRvcg$kJhFcS01/ylwcTp38cskegkPH/KbTLsbbslUKUlZVex"
    ".7mZxumlgprwjKLfoL6giRIbcGbJtx.E2jKJVtVlFkw"
)

#: What a browser loads at once, and whether of it scripts and styles.
BUNDLES = {
    "web.assets_frontend": (False, True),
    "web.assets_frontend_minimal": (True, False),
    "web.assets_frontend_lazy": (True, False),
    "web.assets_web": (True, True),
    "web.assets_web_print": (False, True),
    "web.assets_backend_lazy": (True, True),
    "web.assets_emoji": (True, False),
    "web_tour.interactive": (True, False),
    "bus.websocket_worker_assets": (True, False),
}
#: Makes them, as Odoo's own test runner does before its first browser test.
BUNDLING = f"""
for name, (scripts, styles) in {BUNDLES}.items():
    bundle = env["ir.qweb"]._get_asset_bundle(name, js=scripts, css=styles)
    if scripts:
        bundle.js()
    if styles:
        bundle.css()
env.cr.commit()
"""

#: Changes when templates are made in another way, so that old ones are not used.
RECIPE = places.digest(SERVICES, NOWHERE, ADMINISTRATOR)


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


def hash_password_quickly(environment, name):
    """Store the administrator's password as :data:`ADMINISTRATOR`."""
    environment.server.query(
        f"update res_users set password = '{ADMINISTRATOR}' where login = 'admin'", name
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


def odoo(environment, name, *arguments, doing, script=None):
    """Run odoo on a database until it is done; its log must be clean.

    :param doing: what is done, as in "installing zadarma_connector"
    :param script: what Odoo's shell executes, if anything
    :raises Problem: when odoo fails, or logs a warning or an error
    """
    log = log_file(environment, name)
    log.unlink(missing_ok=True)
    done = subprocess.run(
        [
            environment.python,
            environment.odoo.bin,
            *(["shell"] if script else []),
            f"--database={name}",
            *arguments,
            "--stop-after-init",
            "--no-http",
            f"--logfile={log}",
        ],
        env=environment.environ(),
        input=script or "",
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


def with_dependencies(environment, demo=False):
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
        hash_password_quickly(environment, new)

    title = (
        f"Installing {modules}{' with demo data' if demo else ''} "
        "(once, then it is kept)"
    )
    return _template(environment, flavour, name, title, install)


def with_addons(environment, demo=False):
    """Return the name of the template that has our addons, made if need be."""
    dependencies = with_dependencies(environment, demo)
    flavour = _flavour("addons", demo)
    name = f"{flavour}_{places.digest(dependencies, addons.fingerprint())}"
    ours = ",".join(addons.names())

    def install(new):
        copy(environment, dependencies, new)
        odoo(environment, new, f"--init={ours}", doing=f"installing {ours}")

    return _template(environment, flavour, name, f"Installing {ours}", install)


def with_bundles(environment, demo=False):
    """Return the name of the template that a browser need not wait for.

    Made if need be. Without it, each test in a browser would have its database's
    scripts and styles bundled, which takes ten seconds.
    """
    addons_too = with_addons(environment, demo)
    flavour = _flavour("bundles", demo)
    name = f"{flavour}_{places.digest(addons_too, BUNDLING)}"

    def bundle(new):
        copy(environment, addons_too, new)
        doing = "bundling scripts and styles"
        odoo(environment, new, doing=doing, script=BUNDLING)

    return _template(environment, flavour, name, "Bundling scripts and styles", bundle)


def create(environment, name, demo, template=with_addons):
    """Make a database.

    :param demo: with demonstration data
    :param template: what it is a copy of: :func:`with_addons`,
        :func:`with_dependencies` or :func:`with_bundles`
    """
    with places.lock(environment.state / "templates.lock", "making databases"):
        copy(environment, template(environment, demo), name)


@contextlib.contextmanager
def temporary(environment, purpose, template=with_addons):
    """Yield the name of a fresh database without demonstration data; drop it after.

    :param purpose: what its name begins with
    :param template: see :func:`create`
    """
    name = f"{purpose}_{os.getpid()}"
    try:
        create(environment, name, demo=False, template=template)
        yield name
    finally:
        drop(environment, name)


def _flavour(layer, demo):
    # With PGHOST the server may be several checkouts', but the files are not.
    kind = "demo" if demo else "plain"
    return f"{PREFIX}_{places.checkout_name()[:6]}_{layer}_{kind}"


def _template(environment, flavour, name, title, install):
    """Return the name of a template, made if need be.

    Made under another name, so that it is whole once it is there. Older templates of
    the same flavour are dropped.
    """
    found = names(environment)
    if name in found:
        return name
    for old in found:
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
    return name
