# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class ZadarmaPersonGroups(models.AbstractModel):
    """Groups by who took part: they have a person's own name, as lines of calls do."""

    _name = "zadarma.person.groups"
    _description = "Groups by Participant"

    def _web_read_group_groupby_formatter(self, groupby_spec, values):
        shown = super()._web_read_group_groupby_formatter(groupby_spec, values)
        if groupby_spec != "person_id":
            return shown
        # else users without an employee come with their company's name before theirs
        own = {"partner_display_name_hide_company": True}
        return lambda person: shown(person and person.with_context(**own))
