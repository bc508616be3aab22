# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import contextlib

from odoo import models

from ...zadarma_api import client, download, errors


class ZadarmaCall(models.Model):
    """Where Zadarma has the recordings of a call, and which is which."""

    _inherit = "zadarma.call"

    def _recorded_parts(self):
        """The ids of the parts that were recorded; one without an id if none is
        known."""
        recorded = self.leg_ids.filtered("recorded").mapped("pbx_leg_id")
        return sorted(filter(None, recorded)) or [False]

    def _recording_links(self):
        """Links to all recordings of a call; none if Zadarma has none."""
        api = self.account_id._client(background=True)
        links = []
        for pbx_call_id in self._pbx_call_ids():
            with contextlib.suppress(errors.NotFound):
                links += api.get_recording_links(
                    client.SHORTEST_LINK, pbx_call_id=pbx_call_id
                )
        return links

    def _recording_of(self, link):
        """The recording that a link leads to, made if nobody told of it."""
        Recording = self.env["zadarma.recording"]
        part = download.call_id_of(link) or False
        known = self.recording_ids.filtered(lambda one: one.pbx_leg_id == part)[:1]
        if not known:
            # until now only that there is one was known
            known = self.recording_ids.filtered(lambda one: not one.pbx_leg_id)[:1]
            known.pbx_leg_id = part
        return known or Recording.create(
            {
                "call_id": self.id,
                "pbx_leg_id": part,
                **Recording._first_values(self.account_id),
            }
        )

    def _pbx_call_ids(self):
        """All ids of a call: that of a callback may have two."""
        # sudo: zadarma.event - its ids only
        told = self.sudo().event_ids.mapped("pbx_call_id")
        return sorted({self.pbx_call_id, *told} - {False})
