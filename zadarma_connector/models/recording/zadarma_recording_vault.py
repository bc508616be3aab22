# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class ZadarmaRecordingVault(models.AbstractModel):
    """What the files of recordings are attached to, and why nobody can open them.

    Whether an attachment may be opened depends on the model that it is attached to.
    Nobody has any right on this one, not even the administrator, so that none of
    Odoo's general addresses gives the file: not ``/web/content``, not RPC, no search.
    What is heard goes through :meth:`zadarma.recording.listen`, which checks and logs.
    """

    _name = "zadarma.recording.vault"
    _description = "Zadarma Recording Vault"
