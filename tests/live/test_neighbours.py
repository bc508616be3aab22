# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Other telephony addons in the same database."""

import zipfile

import pytest

from devtools import addons, browser, database, odoo_log, odoo_process, process, rpc
from devtools.errors import Problem

#: The OCA's telephony for Odoo 19. It is under another licence than ours, so it is
#: downloaded to be tried here, and never shipped.
VOIP, VOIP_WHEEL = "voip_oca", "odoo-addon-voip_oca==19.0.1.0.2"
#: A table as another addon's that has a model of the same name.
THEIRS = """
create table zadarma_call (id serial primary key, name varchar, caller varchar);
insert into zadarma_call (name, caller) values ('theirs', '+442037691880')
"""
SHAPE = """
select column_name, data_type from information_schema.columns
where table_name = 'zadarma_call' order by 1
"""
OURS = "select tablename from pg_tables where tablename like 'zadarma%'"
CALL_LINKS = """
() => [...document.querySelectorAll(".o_field_widget[name=phone] a[href^='tel:']")]
    .filter((link) => link.checkVisibility()).length
"""


def test_tables_of_another_addon_are_left_alone(ready):
    template = database.with_dependencies
    with database.temporary(ready, "live_neighbour", template) as name:
        ready.server.query(THEIRS, name)
        before = ready.server.query(SHAPE, name)
        with pytest.raises(Problem):
            database.odoo(ready, name, f"--init={addons.MAIN}", doing="installing")
        log = database.log_file(ready, name).read_text()
        told = "cannot be installed beside another addon that has tables of the same"
        assert f"{told} names (zadarma_call)" in log
        assert ready.server.query(SHAPE, name) == before
        [row] = ready.server.query("select name, caller from zadarma_call", name)
        assert list(row) == ["theirs", "+442037691880"]
        assert len(ready.server.query(OURS, name)) == 1
        state = "select state from ir_module_module where name = 'zadarma_connector'"
        assert ready.server.query(state, name)[0][0] != "installed"


@pytest.fixture
def voip_folder(ready, tmp_path):
    """A folder with the addon of the OCA's wheel."""
    process.call(
        [
            *(ready.python, "-m", "pip", "download", "--no-deps", "--quiet"),
            *("--dest", tmp_path, VOIP_WHEEL),
        ],
        failure=f"{VOIP_WHEEL} could not be downloaded",
    )
    [wheel] = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path)
    return tmp_path / "odoo" / "addons"


def test_the_oca_s_telephony_works_beside_ours(ready, voip_folder, tmp_path, page):
    option = f"--addons-path={ready.addons_path},{voip_folder}"
    said = []
    page.on("pageerror", lambda error: said.append(str(error)))
    with database.temporary(ready, "live_voip") as name:
        # fails on a warning in the log
        database.odoo(ready, name, option, f"--init={VOIP}", doing=f"installing {VOIP}")
        odoo = odoo_process.OdooServer(
            ready, name, log=tmp_path / "odoo.log", options=[option]
        )
        database.set_base_url(ready, name, odoo.url)
        odoo.start()
        try:
            client = rpc.Client(odoo.url, name)
            client.call("res.partner", "write", [1], {"phone": "+44 20 3769 1880"})
            browser.log_in(page, odoo.url)
            page.goto(f"{odoo.url}/odoo/res.partner/1")
            # Odoo shows links beside a number that somebody points at
            page.hover(".o_field_widget[name=phone] input")
            page.wait_for_selector(".o_field_widget[name=phone] a[href^='tel:']")
            assert page.evaluate(CALL_LINKS) == 1
            # theirs, since it is there
            assert not page.query_selector(".o_zadarma_call_button")
        finally:
            odoo.stop()
        assert not said
        odoo_log.require_clean(odoo.log, "working beside it")
