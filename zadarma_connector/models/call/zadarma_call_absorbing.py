# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.fields import Command


class ZadarmaCall(models.Model):
    """Two calls that turn out to be one.

    Facts arrive in any order: somebody may have written a note on a call before it is
    told that it is the one that was asked for. What follows from facts is computed
    anew; what people put on a call stays.
    """

    _inherit = "zadarma.call"

    @api.model
    def _put_on_calls(self):
        """What people, or jobs in their place, put on a call; features add theirs.

        :return: list of tuples of names of fields that belong together. Those of the
            call that goes are taken where the first one is empty; links to many and
            texts are added.
        """
        return [("note",), ("outcome_id",), ("tag_ids",)]

    def _absorb(self, others):
        """Take the place of calls that turn out to be this one.

        :param others: ``zadarma.call``, deleted afterwards
        """
        self.ensure_one()
        for other in others:
            self._take_from(other)
        others.unlink()

    def _take_from(self, other):
        """Have what was put on a call that turns out to be this one; features take what
        they keep in records of their own."""
        values = {}
        for names in self._put_on_calls():
            field = self._fields[names[0]]
            if field.type == "many2many":
                values[field.name] = [
                    Command.link(one) for one in other[field.name].ids
                ]
            elif isinstance(field, fields.Text):
                texts = filter(None, (self[field.name], other[field.name]))
                values[field.name] = "\n".join(dict.fromkeys(texts))
            elif other[field.name] and not self[field.name]:
                values.update(
                    (name, self._fields[name].convert_to_write(other[name], self))
                    for name in names
                )
        self.write({name: value for name, value in values.items() if value})
