# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import contextlib

from odoo import models

from ...zadarma_api import download, errors, hearing


class ZadarmaCall(models.Model):
    """Where Zadarma has the recordings of a call, and which is which."""

    _inherit = "zadarma.call"

    def _recorded_parts(self):
        """The ids of the parts that were recorded; one without an id if none is
        known."""
        recorded = self.leg_ids.filtered("recorded").mapped("pbx_leg_id")
        return sorted(filter(None, recorded)) or [False]

    def _recording_links(self, client, lifetime):
        """Links to all recordings of a call; none if Zadarma has none.

        Asked for by the call's own ids, never by that of a part: a notification may
        have named another call's. The names of the files then prove who spoke.

        :param client: of the account
        :param lifetime: seconds
        """
        links = []
        for pbx_call_id in self._pbx_call_ids():
            with contextlib.suppress(errors.NotFound):
                links += client.get_recording_links(lifetime, pbx_call_id=pbx_call_id)
        names = map(download.file_name, links)
        proved = hearing.speakers((), names, self.account_id._switchboard().seats)
        self.leg_ids.filtered(
            lambda leg: leg.extension_number in proved and not leg.spoke_for_sure
        ).spoke_for_sure = True
        return links

    def _recording_of(self, link):
        """The recording that a link leads to, made if nobody told of it.

        :param link: of :meth:`_recording_links`, so it proves whose the part is
        :return: empty if the part was proved to be another call's before
        """
        Recording = self.env["zadarma.recording"]
        part = download.call_id_of(link) or False
        if part and Recording.search_count(
            [
                ("account_id", "=", self.account_id.id),
                ("pbx_leg_id", "=", part),
                ("proved", "=", True),
                ("call_id", "!=", self.id),
            ],
            limit=1,
        ):
            return Recording
        known = self.recording_ids.filtered(lambda one: one.pbx_leg_id == part)[:1]
        if not known:
            # until now only that there is one was known
            known = self.recording_ids.filtered(lambda one: not one.pbx_leg_id)[:1]
            known.pbx_leg_id = part
        recording = known or Recording.create(
            {
                "call_id": self.id,
                "pbx_leg_id": part,
                **Recording._first_values(self.account_id),
            }
        )
        recording._prove()
        return recording

    def _pbx_call_ids(self):
        """All ids of a call: that of a callback may have two."""
        # sudo: zadarma.event - its ids only
        told = self.sudo().event_ids.mapped("pbx_call_id")
        return sorted({self.pbx_call_id, *told} - {False})
