# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json
import shutil
import tempfile
import zipfile
from pathlib import PurePath

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...zadarma_api import client, download, errors

#: Of calls, as they are told.
_CALL = [
    *("direction", "result", "disposition", "date_start", "date_answer", "date_end"),
    *("duration", "wait_duration", "caller_number", "called_number", "caller_id"),
    *("external_number", "note", "waiver", "callback_state", "routing_text"),
    *("pbx_call_id", "in_doubt"),
]
_WAITING = ["number", "state", "date_since", "missed_count", "attempt_count", "waiver"]


class ZadarmaPerson(models.AbstractModel):
    """Telling a person what is kept of them: one ZIP."""

    _inherit = "zadarma.person"

    @api.model
    def _write_zip(self, found, file):
        """Write all that is kept of a person, and report that it was told.

        :param found: :class:`~.zadarma_person.Found`
        :param file: where to, opened for writing bytes
        """
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            calls = [self._tell_call(call, archive) for call in found.phone_calls]
            told = {
                "created_at": _text(fields.Datetime.now()),
                "person": found.partner.display_name or None,
                "numbers": sorted(found.numbers),
                "calls": calls,
                "other_journal_entries": [_entry(one) for one in found.entries],
                "waiting": found.waiting_callers.read(_WAITING, load=None),
                "assigned_numbers": found.assigned_numbers.mapped("number"),
                "blocked": found.blocked_numbers.read(["number", "reason"], load=None),
                **{
                    name: [one._tell() for one in records]
                    for name, records in found.more.items()
                },
            }
            archive.writestr(
                "calls.json",
                json.dumps(told, ensure_ascii=False, indent=2, default=_text),
            )
        companies = found.phone_calls.company_id or found.phone_calls.env.company
        for company in companies:
            here = found.phone_calls.filtered(
                lambda one, of=company: one.company_id == of
            )
            self.env["zadarma.privacy.report"].sudo().create(
                {
                    "kind": "told",
                    "company_id": company.id,
                    "user_id": self.env.uid,
                    "call_count": len(here),
                    "recording_count": len(here.recording_ids),
                }
            )

    @api.model
    def _tell_call(self, call, archive):
        """What is kept of a call; its recordings and transcripts go into the ZIP."""
        [told] = call.read(_CALL, load=None)
        del told["id"]
        return {
            **told,
            "talked_with": call.person_id.name or None,
            "outcome": call.outcome_id.name or None,
            "tags": call.tag_ids.mapped("name"),
            "documents": [one.display_name for one in call._documents()],
            "history": [
                {"date": _text(line.date), "text": str(line.body)}
                for line in call.message_ids
            ],
            "recordings": self._tell_recordings(call, archive),
            "journal": [_entry(one) for one in call.event_ids],
        }

    @api.model
    def _tell_recordings(self, call, archive):
        told = []
        links = self._links(call)
        for recording in call.recording_ids:
            name = f"call-{call.id}-{recording.id}"
            one = {
                "state": recording.state,
                "file": self._write_sound(
                    recording, links, f"recordings/{name}", archive
                ),
                "transcript": None,
            }
            if recording.transcript:
                one["transcript"] = f"transcripts/{name}.txt"
                archive.writestr(one["transcript"], recording.transcript)
            told.append(one)
        return told

    @api.model
    def _links(self, call):
        """Links to what is only at Zadarma, by the ids of parts; none if it does not
        answer: the ZIP says of each that it is there."""
        if not call.recording_ids.filtered(lambda one: one.state == "remote"):
            return {}
        try:
            found = call._recording_links(
                call.account_id._client(), client.SHORTEST_LINK
            )
        except (errors.ZadarmaError, UserError):
            return {}
        return {download.call_id_of(link) or False: link for link in found}

    @api.model
    def _write_sound(self, recording, links, name, archive):
        """Put a recording into the ZIP.

        :param name: without what tells the format
        :return: the name there, ``None`` if the sound could not be had
        """
        file_sudo = recording.attachment_id
        if file_sudo:
            name += PurePath(file_sudo.name).suffix
            archive.writestr(name, file_sudo.raw)
            return name
        link = recording.state == "remote" and links.get(recording.pbx_leg_id)
        if not link:
            return None
        name += PurePath(download.file_name(link)).suffix
        with tempfile.TemporaryFile() as file:
            try:
                download.download(link, file, recording.account_id.api_url)
            except errors.ZadarmaError:
                return None
            file.seek(0)
            with archive.open(name, "w", force_zip64=True) as target:
                shutil.copyfileobj(file, target)
        return name


def _entry(entry):
    return {
        "event": entry.event,
        "source": entry.source,
        "received_at": _text(entry.received_at),
        "told": entry._said(),
    }


def _text(value):
    return fields.Datetime.to_string(value) if value else None
