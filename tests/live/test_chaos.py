# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The chaos run of ./dev bench chaos, made short."""

from benchmarks import _chaos, _odoo

CALLS = 60
SEED = 4


def test_log_equals_what_happened(ready):
    with (
        _chaos.simulator(SEED) as pbx,
        _odoo.connected(ready, pbx, workers=2) as odoo,
    ):
        run = _chaos.Run(odoo, pbx, SEED)
        outcome = run.play(CALLS, [run.kill_worker, run.kill_server])
        assert pbx.account().secret not in odoo.log.read_text(errors="replace")
    assert outcome.wrong == []
    # it was no empty run
    assert outcome.calls == CALLS
    assert outcome.settled and outcome.phantoms
    assert len(outcome.forgeries) > 3
    assert {403, "lost"} <= {parcel.status for parcel in outcome.deliveries}
