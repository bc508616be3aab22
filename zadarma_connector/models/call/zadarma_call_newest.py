# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime, timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...tools.ways import Way, ways

#: What a click on the head of *Time* asks for, and how the index has it.
_ORDERS = {
    "date_start desc": "date_start DESC NULLS LAST, id DESC",
    "date_start asc": "date_start ASC NULLS FIRST, id ASC",
}
#: Of so many calls an agent mostly may see one: so far back a page is looked for first,
#: and so many times as far then, unless that is long ago.
_SEEN = 20
_LONG_AGO = timedelta(days=365)
#: So many customers are asked for by their ids.
_FEW = 1000


class ZadarmaCall(models.Model):
    """A page of the list, in a time that does not grow with the history.

    An agent may see a call for one of several reasons, each of which has an index in
    the order of the list. So the page is put together of the newest of each.
    """

    _inherit = "zadarma.call"

    @api.model
    def _search(self, domain, offset=0, limit=None, order=None, **options):
        order = _ORDERS.get(order.lower(), order) if order else order
        restricted = not self.env.su and not options.get("bypass_access")
        if not (limit and restricted and order in (None, self._order)):
            return super()._search(domain, offset, limit, order, **options)
        self.browse().check_access("read")
        asked = Domain(domain).optimize(self)
        granted = self.env["ir.rule"]._compute_domain(self._name, "read")
        found = ways(asked, granted, "company_id")
        if found == [Way(asked, granted)]:
            asked = self._with_few_customers(asked)
            return super()._search(asked, offset, limit, order, **options)
        # once, and not for each period in which they are looked for
        found = [
            Way(self._with_few_customers(wanted), allowed) for wanted, allowed in found
        ]
        ids = self._newest(found, (offset or 0) + limit, order, **options)
        return self.browse(ids[offset or 0 :])._as_query()

    @api.model
    def _with_few_customers(self, asked):
        """Ask for few customers by their ids, not by what they are.

        PostgreSQL has to guess how many of them there are. Where it expects many, and
        there is nobody, it looks for a call of theirs through the whole history.

        :param asked: an optimized ``Domain``
        :return: one that the same calls fulfil
        """

        def by_ids(condition):
            if (condition.field_expr, condition.operator) != ("partner_id", "any"):
                return condition
            partners = self.env["res.partner"].with_context(active_test=False)
            ids = list(partners._search(condition.value, limit=_FEW + 1))
            return condition if len(ids) > _FEW else Domain("partner_id", "in", ids)

        return asked.map_conditions(by_ids)

    @api.model
    def _newest(self, found, wanted, order, **options):
        """The ids of the newest calls on some ways.

        :param found: list of :class:`~tools.ways.Way`
        :param wanted: how many at most
        :param order: the model's, or ``None`` if any calls will do
        :param options: of ``_search``
        :return: list, the newest first
        """
        moments = {}
        for since in self._periods(wanted) if len(found) > 1 else [None]:
            moments = self._since(since, found, wanted, order, **options)
            if len(moments) >= wanted:
                break
        return [call_id for call_id, _moment in _newest_first(moments)[:wanted]]

    @api.model
    def _periods(self, wanted):
        """The beginnings, UTC, of ever longer periods until now; last ``None``, for all
        time.

        A way on which there is nothing is followed to its end. So none is followed
        further than it takes to fill the page on the others.
        """
        moment = SQL.identifier(self._table, "date_start")
        query = self._search(
            Domain("company_id", "=", self.env.company.id),
            offset=_SEEN * wanted,
            limit=1,
            order=self._order,
            bypass_access=True,
        )
        for [since] in self.env.execute_query(query.select(moment)):
            if since:
                yield since
                age = fields.Datetime.now() - since
                if age < _LONG_AGO:
                    yield fields.Datetime.now() - age * _SEEN
        yield None

    @api.model
    def _since(self, since, found, wanted, order, **options):
        """The newest calls of a period on some ways, as :meth:`_newest`.

        :param since: its beginning, UTC; ``None`` for all time
        :return: dict from id to time
        """
        moments = {}
        for asked, granted in found:
            if len(moments) >= wanted:
                if not order:
                    break
                # whatever is older has no place on the page
                since = _newest_first(moments)[wanted - 1][1]
            if since:
                asked &= Domain("date_start", ">=", since.replace(microsecond=0))
            moments.update(self._on_way(asked, granted, wanted, order, **options))
        return moments

    @api.model
    def _on_way(self, asked, granted, wanted, order, **options):
        """The newest calls on one way: pairs of id and time."""
        options["bypass_access"] = True
        query = self._search(asked, limit=wanted, order=order, **options)
        # rules are not bound by what else their user may see
        self_sudo = self.sudo().with_context(active_test=False)
        granted = granted.optimize_full(self_sudo)
        if query.is_empty() or granted.is_false():
            return []
        if not granted.is_true():
            query.add_where(granted._to_sql(self_sudo, self._table, query))
        columns = (SQL.identifier(self._table, name) for name in ("id", "date_start"))
        return self.env.execute_query(query.select(*columns))


def _newest_first(moments):
    """Pairs of id and time in the order of the list.

    :param dict moments: from id to time, which may be None
    """
    return sorted(
        moments.items(),
        key=lambda pair: (pair[1] or datetime.min, pair[0]),
        reverse=True,
    )
