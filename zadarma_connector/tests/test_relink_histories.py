# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""After whatever happens to contacts, past calls are linked as new ones would be.

``ZADARMA_RELINKS`` says how many histories are played, ``ZADARMA_SEED`` the first seed.
"""

import random

from odoo.tests import tagged

from .common import ZadarmaCase, incoming, seeds

HISTORIES = seeds("ZADARMA_RELINKS", 12)
JOBS = 10
#: Two notations of one number in each of four countries, one of them national; and one
#: that two countries can read.
NUMBERS = {
    "+442079460018": ("020 7946 0018", "+44 20 7946 0018"),
    "+12025550123": ("(202) 555-0123", "001 202 555 0123"),
    "+380443645713": ("044 364-57-13", "380443645713"),
    "+4532123456": ("32 12 34 56", "+45 32123456"),
}
TEXTS = [text for texts in NUMBERS.values() for text in texts]
DECISIVE = ("country_id", "is_company", "active", "parent_id")
NATIONAL = [national for national, _whole in NUMBERS.values()]
COUNTRIES = ("base.uk", "base.us", "base.ua", "base.dk")


@tagged("post_install", "-at_install")
class TestRelinkHistories(ZadarmaCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other_company = cls.env["res.company"].create({"name": "Other"})
        cls.countries = cls.env["res.country"].union(*map(cls.env.ref, COUNTRIES))
        cls.partner.unlink()

    def _run_job(self):
        self.env.flush_all()
        # without what Odoo does around a job: there are thousands
        with self.registry.cursor() as cr:
            self.env(cr=cr)["zadarma.relink"]._cron_relink()
        self.env.invalidate_all()
        self.assertFalse(self.env["zadarma.relink"].search([]))

    def test_past_calls_are_linked_as_new_ones_would_be(self):
        for number in NUMBERS:
            self._notify(incoming("NOTIFY_START", f"in_{number[1:]}", caller_id=number))
        self.enterContext(self.enter_registry_test_mode())
        self.compared = 0
        for seed in HISTORIES:
            self.told = [f"seed {seed}"]
            savepoint = self.env.cr.savepoint()
            self._play(random.Random(seed))
            savepoint.close(rollback=True)
            self.env.invalidate_all(flush=False)
        self.assertEqual(self.compared, len(HISTORIES) * JOBS * len(NUMBERS))

    def _play(self, rng):
        # messages about contacts decide nothing
        quiet = {"tracking_disable": True}
        self.contacts = self.env["res.partner"].with_context(**quiet)
        self.assigned = self.env["zadarma.number"]
        for _contact in range(5):
            self._add(rng)
        chosen = self.env["zadarma.call"].search([], limit=1)
        chosen.write({"partner_id": self.contacts[0].id, "partner_match": "manual"})
        by_hand = self.contacts[0]
        for _job in range(JOBS):
            # the job finds one change, or several
            for _one in range(rng.choice((1, 1, 2))):
                rng.choice((self._add, *[self._change] * 8, self._delete))(rng)
            self._run_job()
            self._compare(chosen, by_hand)

    def _compare(self, chosen, by_hand):
        identify = self.env["zadarma.identification"]._identify
        found = identify(self.account, NUMBERS)
        for call in self.env["zadarma.call"].search([]):
            self.compared += 1
            if call == chosen and by_hand.exists():
                self.assertEqual(call.partner_id, by_hand, self.told)
                continue
            number = call.external_number
            fresh = call._link_values(found[number])
            linked = {name: call[name] for name in fresh}
            self.assertEqual(linked, fresh, (*self.told, number))

    # -- what happens ----------------------------------------------------------------

    def _values(self, rng):
        parent = rng.choice([False, *self.contacts.exists().ids])
        two = " / ".join(rng.sample(TEXTS, 2))
        companies = (False, False, False, self.company.id, self.other_company.id)
        return {
            "phone": rng.choice((False, *NATIONAL, *NATIONAL, *TEXTS, two)),
            # mostly it is the company's that counts
            "country_id": rng.choice((*[False] * 4, *self.countries.ids)),
            "company_id": rng.choice(companies),
            "is_company": rng.random() < 0.5,
            "active": rng.random() < 0.8,
            "parent_id": parent,
        }

    def _add(self, rng):
        values = {"name": f"Contact {len(self.contacts)}", **self._values(rng)}
        # a person's country follows the company's, an address's does not
        values["type"] = rng.choice(("contact", "other"))
        if values["parent_id"]:
            # Odoo wants one company in a family
            parent = self.contacts.browse(values["parent_id"])
            values["company_id"] = parent.company_id.id
        self.told.append(values)
        self.contacts += self.contacts.create(values)

    def _change(self, rng):
        contact = rng.choice(self.contacts.exists())
        values = self._values(rng)
        kind = rng.choice([*values, *DECISIVE, "employee", "assigned"])
        if kind == "employee":
            self.employee.work_contact_id = contact
            self.employee.mobile_phone = rng.choice((False, *TEXTS))
            self.told.append(("employee", contact.name, self.employee.mobile_phone))
        elif kind == "assigned" and contact.company_id in (
            self.company,
            contact.company_id.browse(),
        ):
            number = rng.choice([*NUMBERS])
            self.env["zadarma.number"]._assign(self.company, number, contact)
            self.assigned = self.env["zadarma.number"].search([])
            self.told.append(("assigned", contact.name, number))
        elif kind in values:
            family = contact.search(
                [("id", "child_of", contact.ids), ("active", "in", (True, False))]
            )
            if kind == "parent_id" and values[kind] in family.ids:
                values[kind] = False
            self.told.append((contact.name, kind, values[kind]))
            if kind == "active" and contact.user_ids:
                return
            contact.write({kind: values[kind]})

    def _delete(self, rng):
        contact = rng.choice(self.contacts.exists())
        if self.employee.work_contact_id == contact or len(self.contacts.exists()) < 3:
            return
        self.told.append(("deleted", contact.name))
        contact.unlink()
        self.assigned = self.assigned.exists()
