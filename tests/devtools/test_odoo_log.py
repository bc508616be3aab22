# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import pytest

from devtools import odoo_log
from devtools.errors import Problem

LOG = """\
2026-11-22 17:06:28,363 5837 INFO demo odoo.registry: Registry loaded
2026-11-22 17:06:28,364 5837 WARNING demo odoo.fields: unknown parameter
2026-11-22 17:06:28,365 5837 INFO demo odoo.registry: a WARNING in the text
2026-11-22 17:06:28,366 5837 ERROR ? odoo.http: it broke
Traceback (most recent call last):
ValueError: why
2026-11-22 17:06:28,367 5837 CRITICAL demo odoo.service.server: no more
"""


def test_warnings_and_errors_are_found_with_what_is_below_them():
    warning, error, critical = odoo_log.complaints(LOG, allowed=())
    assert warning.endswith("odoo.fields: unknown parameter")
    assert error.endswith(
        "it broke\nTraceback (most recent call last):\nValueError: why"
    )
    assert "CRITICAL" in critical


def test_an_allowed_warning_is_passed_over():
    allowed = [(r"odoo\.fields: unknown", "reason"), ("ValueError: why", "reason")]
    (left,) = odoo_log.complaints(LOG, allowed)
    assert "CRITICAL" in left


def test_what_odoo_repeats_by_itself_is_passed_over_in_discuss_alone():
    text = (
        '2026-01-01 10:00:00,000 1 ERROR db odoo.sql_db: bad query: b\' UPDATE "%s"\n'
        " WHERE id = 1'\nERROR: could not serialize access due to concurrent update\n"
    )
    assert odoo_log.complaints(text % "discuss_channel_member") == []
    assert len(odoo_log.complaints(text % "zadarma_call")) == 1


def test_a_job_that_runs_already_is_passed_over():
    text = "2026-01-01 10:00:00,000 1 WARNING db odoo.http: Job 'a' already executing\n"
    assert odoo_log.complaints(text) == []
    assert len(odoo_log.complaints(text.replace("executing", "broken"))) == 1


def test_odoos_own_job_that_finds_no_time_is_passed_over_and_ours_is_not():
    text = (
        "2026-01-01 10:00:00,000 1 WARNING db odoo.addons.base.models.ir_cron: "
        "Job 'Base: Auto-vacuum internal data' (1) processed no record\n"
    )
    assert odoo_log.complaints(text) == []
    ours = text.replace("Base: Auto-vacuum internal data", "Zadarma: fetch recordings")
    assert len(odoo_log.complaints(ours)) == 1


def test_every_allowed_warning_has_a_reason():
    assert all(len(reason) > 20 for _pattern, reason in odoo_log.ALLOWED)


def test_a_log_with_warnings_is_an_error_that_shows_them(tmp_path):
    log = tmp_path / "odoo.log"
    log.write_text(LOG)
    with pytest.raises(Problem, match="3 warning.* while installing x") as caught:
        odoo_log.require_clean(log, "installing x")
    assert "unknown parameter" in str(caught.value)
    assert str(log) in str(caught.value)
    log.write_text(LOG.splitlines()[0])
    odoo_log.require_clean(log, "installing x")
