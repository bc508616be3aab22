# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a dialled number advertised: kept by its calls, carried by their leads."""

from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged

from odoo.addons.zadarma_connector.tests import common

NUMBER, OURS = "+442079460018", f"+{common.DID}"


@tagged("post_install", "-at_install")
class TestOrigin(common.ZadarmaCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.did = cls.account.did_ids.filtered(lambda did: did.number == OURS)
        cls.spring, cls.autumn = cls.env["utm.campaign"].create(
            [{"name": "Spring"}, {"name": "Autumn"}]
        )
        cls.paper = cls.env["utm.source"].create({"name": "Morning Paper"})
        cls.leaflet = cls.env["utm.medium"].create({"name": "Leaflet"})
        cls.team = cls.env["crm.team"].create({"name": "Ovens"})

    def setUp(self):
        super().setUp()
        self.enterContext(freeze_time("2026-10-05 11:10:00"))

    def _advertise(self, campaign):
        self.did.write(
            {
                "campaign_id": campaign.id,
                "source_id": self.paper.id,
                "medium_id": self.leaflet.id,
                "team_id": self.team.id,
            }
        )

    def _call(self, pbx_call_id="in_1", caller=NUMBER):
        return self._notify(
            *common.missed_call("101", pbx_call_id=pbx_call_id, caller_id=caller)
        )

    def test_calls_keep_what_their_number_advertised(self):
        before = self._call("in_1")
        self._advertise(self.spring)
        spring = self._call("in_2", "+442079460019")
        self._advertise(self.autumn)
        autumn = self._call("in_3", "+442079460020")
        self.assertFalse(before.campaign_id)
        self.assertEqual(
            (spring.campaign_id, spring.source_id, spring.medium_id),
            (self.spring, self.paper, self.leaflet),
        )
        self.assertEqual(autumn.campaign_id, self.autumn)
        # what else is told of a call changes nothing
        self._notify(common.incoming("NOTIFY_INTERNAL", "in_2", internal="102"))
        self.assertEqual(spring.campaign_id, self.spring)
        self.did.action_compute_again()
        self.assertEqual((before | spring | autumn).campaign_id, self.autumn)

    def test_only_whoever_administrates_computes_again(self):
        with self.assertRaises(AccessError):
            self.did.with_user(self.supervisor).action_compute_again()

    def test_other_numbers_are_left_alone(self):
        self._advertise(self.spring)
        call = self._call()
        other = self.did.create(
            {"account_id": self.account.id, "number": "+48221234567"}
        )
        other.action_compute_again()
        self.assertEqual(call.campaign_id, self.spring)

    def test_leads_carry_it(self):
        self._advertise(self.spring)
        call = self._call()
        self.agent.group_ids |= self.env.ref("sales_team.group_sale_salesman_all_leads")
        call.with_user(self.agent).action_create_lead()
        self._compare(call.lead_id)
        self.account.lead_rule = "every"
        automatic = self._call("in_2", "+442079460019")
        automatic._follow_up()
        self._compare(automatic.lead_id)
        found = self.env["zadarma.identification"]._identify(
            self.account, ["+442079460020"]
        )
        self._compare(
            self.account._document_of_stranger(
                "+442079460020", OURS, found["+442079460020"]
            )
        )

    def _compare(self, lead):
        self.assertEqual(
            (lead.campaign_id, lead.source_id, lead.medium_id, lead.team_id),
            (self.spring, self.paper, self.leaflet, self.team),
        )

    def test_a_lead_has_what_was_advertised_when_its_caller_called(self):
        self._advertise(self.spring)
        call = self._call()
        self._advertise(self.autumn)
        call._make_lead(self.env["res.users"])
        self.assertEqual(call.lead_id.campaign_id, self.spring)
        # a call of before has what its number has now, rather than nothing
        earlier = self._call("in_2", "+442079460019")
        earlier.write({"campaign_id": False, "source_id": False, "medium_id": False})
        earlier._make_lead(self.env["res.users"])
        self.assertEqual(earlier.lead_id.campaign_id, self.autumn)

    def test_the_number_is_the_source_where_none_is_given(self):
        self.did.campaign_id = self.spring
        call = self._call()
        call._make_lead(self.env["res.users"])
        self.assertEqual(call.lead_id.source_id.name, OURS)
        self.assertEqual(call.lead_id.campaign_id, self.spring)
