# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Taking the addons away, after they were used, and installing them again."""

import ast
import contextlib

import psycopg2
import pytest

from devtools import addons, database, places

#: What the database is made of. Each row is one thing.
SCHEMA = """
SELECT 'column', table_name || '.' || column_name || ' ' || data_type
    FROM information_schema.columns WHERE table_schema = 'public'
UNION ALL SELECT 'index', indexname FROM pg_indexes WHERE schemaname = 'public'
UNION ALL SELECT 'constraint', conrelid::regclass || ' ' || conname
    FROM pg_constraint WHERE connamespace = 'public'::regnamespace
UNION ALL SELECT 'sequence', sequencename::text FROM pg_sequences
UNION ALL SELECT 'function', proname::text
    FROM pg_proc WHERE pronamespace = 'public'::regnamespace
UNION ALL SELECT 'trigger', tgname::text FROM pg_trigger WHERE NOT tgisinternal
UNION ALL SELECT 'extension', extname::text FROM pg_extension
UNION ALL SELECT 'id', module || '.' || name FROM ir_model_data
"""
JOBS = ("cron_follow_up", "cron_recordings")
#: Where our name stays, and why.
NAMED = {
    "ir_module_module": "the list of what can be installed",
    "ir_module_module_dependency": "what needs what, of that list",
    "ir_model_data": "the ids of that list",
    "bus_bus": "what browsers were told; Odoo forgets it after a day",
}


@pytest.fixture
def pbx_options():
    return ["--no-rate-limit"]


@pytest.fixture(scope="module")
def connector_alone(ready, tmp_path_factory):
    """A database with the connector, and without the addons that install themselves
    beside it: its name."""
    with database.temporary(ready, "alone", database.with_dependencies) as name:
        ready.server.query(
            "DELETE FROM ir_module_module_dependency WHERE module_id IN"
            " (SELECT id FROM ir_module_module WHERE name LIKE 'zadarma%');"
            " DELETE FROM ir_module_module WHERE name LIKE 'zadarma%';"
            " DELETE FROM ir_model_data"
            " WHERE module = 'base' AND name LIKE 'module_zadarma%'",
            name,
        )
        folder = tmp_path_factory.mktemp("alone")
        _install_alone(ready, name, folder, [addons.MAIN])
        yield name


@pytest.fixture
def untouched(ready):
    """A database that never had the addons: its name."""
    with database.temporary(ready, "untouched", database.with_dependencies) as name:
        yield name


def test_uninstalling_leaves_nothing_and_installing_again_works(
    ready, start_odoo, database_name, untouched, pbx, connect
):
    odoo = start_odoo(cron=True)
    _use(odoo, pbx, connect)
    assert pbx.settings()["callinfo"]["url"].startswith(odoo.url)
    odoo.press("button_immediate_uninstall", addons.MAIN)
    assert not pbx.settings()["callinfo"]["url"]

    schema, schema_before = _schema(ready, database_name), _schema(ready, untouched)
    named, named_before = _named(ready, database_name), _named(ready, untouched)
    for different in (
        schema - schema_before,
        schema_before - schema,
        {
            (table, row)
            for table, rows in named.items()
            for row in set(rows).difference(named_before.get(table, ()))
            if table not in NAMED
        },
    ):
        assert not different, "\n".join(map(str, sorted(different)))

    # at once: jobs of what is installed would be in the way of the next one
    odoo.press("button_immediate_install", *addons.names())
    account = connect(odoo)
    # others may come as well: a job compares with the statistics of the PBX
    told = pbx.dial("incoming-missed", to="101", **{"from": account.caller})
    [call] = account.read("zadarma.call", ["result"], pbx_call_id=told["pbx_call_id"])
    assert call["result"] == "missed"


@pytest.mark.parametrize(
    "addon", [name for name in addons.names() if name != addons.MAIN]
)
def test_each_glue_addon_alone_comes_and_goes(
    ready, tmp_path, start_odoo, connector_alone, database_name, addon
):
    """Beside the connector and what it needs, without the other ones."""
    needed = [name for name in _needed(addon) if name != addon]
    database.drop(ready, database_name)
    database.copy(ready, connector_alone, database_name)
    if needed:
        _install_alone(ready, database_name, tmp_path, needed)
    before = _schema(ready, database_name)
    odoo = start_odoo(only=_folder(tmp_path, "with", addons.MAIN, addon, *needed))
    odoo.client().call("ir.module.module", "update_list")
    odoo.press("button_immediate_install", addon)
    installed = _schema(ready, database_name)
    assert any(addon in row for _kind, row in installed - before)
    odoo.press("button_immediate_uninstall", addon)
    after = _schema(ready, database_name)
    # the list of modules that was read again
    different = {
        (kind, row)
        for kind, row in after ^ before
        if not row.startswith("base.module_zadarma_connector_")
    }
    assert not different, "\n".join(map(str, sorted(different)))


def test_uninstalling_without_zadarma_says_that_it_goes_on_notifying(
    ready, database_name, start_odoo, pbx, connect
):
    odoo = start_odoo()
    connect(odoo)
    odoo.expected.append("notifications of account .* go on at Zadarma")
    pbx.misbehave(
        kind="error", message="Bad Gateway", status=502, path="/v1/*", times=99
    )
    odoo.press("button_immediate_uninstall", addons.MAIN)
    told = ready.server.query(
        "select message.body, person.name from mail_message message"
        " join mail_message_res_partner_rel told on told.mail_message_id = message.id"
        " join res_partner person on person.id = told.res_partner_id"
        " where message.subject like 'Zadarma still sends%'",
        database_name,
    )
    assert [name for _body, name in told] == ["Administrator"]
    assert "End them in your personal account" in told[0][0]


def _install_alone(ready, name, folder, modules):
    """Install addons of ours into a database where no other one can be found."""
    theirs = ",".join(str(path) for path in ready.odoo.addons)
    ours = _folder(folder, "without", addons.MAIN, *modules)
    database.odoo(
        ready,
        name,
        *(f"--addons-path={theirs},{ours}", f"--init={','.join(modules)}"),
        doing=f"installing {', '.join(modules)} alone",
    )


def _folder(parent, name, *modules):
    """Make a folder with some addons of ours, and return it."""
    folder = parent / name
    folder.mkdir()
    for module in set(modules):
        (folder / module).symlink_to(places.CHECKOUT / module)
    return folder


def _needed(addon):
    """An addon of ours and those of ours that it depends on."""
    manifest = (places.CHECKOUT / addon / "__manifest__.py").read_text()
    ours = [
        name
        for name in ast.literal_eval(manifest)["depends"]
        if name in addons.names() and name != addons.MAIN
    ]
    return [addon, *(one for name in ours for one in _needed(name))]


def _use(odoo, pbx, connect):
    """Calls of all kinds, with all that follows from them."""
    # Odoo's own digest would be sent meanwhile
    [digest] = odoo.client().call(
        "ir.model.data",
        "search_read",
        [("module", "=", "digest"), ("name", "=", "ir_cron_digest_scheduler_action")],
        ["res_id"],
    )
    odoo.client().call("ir.cron", "write", [digest["res_id"]], {"active": False})
    pbx.change(recording_delay=0, callback_pace=0)
    account = connect(odoo)
    account.give_extension()
    odoo.client().call("zadarma.account", "write", [account.id], {"lead_rule": "every"})
    told = {"from": account.caller, "to": "101"}
    pbx.dial("incoming-answered", **told, talk=65, pace=0)
    pbx.dial("incoming-missed", **told, pace=0)
    pbx.dial("incoming-missed", **{"from": "+4930901820", "to": "101"}, pace=0)
    odoo.client().call("res.users", "zadarma_dial", account.caller)
    account.wait_until_followed_up()
    for job in JOBS:
        account.run_job(job)
    recording, *_more = account.read("zadarma.recording", [], state="kept")
    odoo.client().call("zadarma.recording", "listen", [recording["id"]])
    assert account.read("zadarma.waiting.caller", [], state="open")
    assert account.read("crm.lead", [])


def _schema(ready, name):
    """What a database is made of."""
    with _reading(ready, name) as cursor:
        cursor.execute(SCHEMA)
        return set(cursor.fetchall())


def _named(ready, name):
    """The rows of each table that name us."""
    with _reading(ready, name) as cursor:
        cursor.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
        )
        named = {}
        for [table] in cursor.fetchall():
            cursor.execute(
                f'SELECT row::text FROM "{table}" AS row WHERE row::text ~* %s',
                ["zadarma"],
            )
            rows = [row for [row] in cursor.fetchall()]
            if rows:
                named[table] = rows
        return named


@contextlib.contextmanager
def _reading(ready, name):
    """Yield a cursor of a database."""
    server = ready.server
    connection = psycopg2.connect(
        host=server.host, port=server.port, user=server.user, dbname=name
    )
    with contextlib.closing(connection), connection.cursor() as cursor:
        yield cursor
