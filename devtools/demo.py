# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Connecting the demo's Odoo with the simulator, and the calls it begins with."""

from . import connection, simulator

ACCOUNT_NAME = "Demo PBX"
TIME_ZONE = "Europe/Kyiv"
KEY = "d3m0d3m0d3m0d3m0d3m0"
SECRET = "not5ecret00not5ecret"

#: The addon's demo customers, and somebody it does not know.
ORCHARD, ANA, OLENA, TARTAK, FARO, STRANGER = (
    "+442037691880",
    "+442079460018",
    "+380443645713",
    "+48223071845",
    "+34911234567",
    "+4930901820",
)

CALLS = (
    ("incoming-answered", {"from": ORCHARD, "to": "101"}),
    ("outgoing-answered", {"from": "100", "to": ANA}),
    ("incoming-missed", {"from": OLENA}),
    ("ring-group", {"from": TARTAK}),
    ("incoming-answered", {"from": FARO, "to": "102"}),
    ("outgoing-no-answer", {"from": "102", "to": OLENA}),
    ("internal", {"from": "100", "to": "102"}),
    ("incoming-busy", {"from": STRANGER}),
    ("ivr", {"from": ANA}),
    ("hidden-caller", {}),
    ("transfer", {"from": ORCHARD}),
    ("incoming-missed", {"from": ORCHARD}),
)
TEXTS = (
    ("incoming-sms", {"from": TARTAK, "text": "Dzień dobry! Kiedy będzie dostawa?"}),
    ("incoming-sms", {"from": ORCHARD, "text": "Hello, is our order ready?"}),
)
#: What a newcomer need not find in the set-up to see an SMS.
_BUTTONS = ("action_test_connection", "action_setup_send_sms", "action_receive_sms")


def connect(client, simulator_url):
    """Connect the demo's account, and give its internal numbers to employees.

    It can be repeated.

    :param client: an :class:`rpc.Client` of the administrator
    """
    account = connection.connect(
        client,
        simulator_url,
        KEY,
        SECRET,
        name=ACCOUNT_NAME,
        tz=TIME_ZONE,
        transcribe=True,
    )
    for button in _BUTTONS:
        client.call("zadarma.account", button, [account])
    _assign_employees(client, account)


def _assign_employees(client, account):
    """Give each internal number that has nobody yet an employee, ours the first."""
    extensions = client.call(
        "zadarma.extension",
        "search_read",
        [("account_id", "=", account)],
        ["employee_id"],
        order="number",
    )
    employees = client.call("hr.employee", "search", [], order="id")
    own = client.call("hr.employee", "search", [("user_id", "=", client.uid)])
    ordered = own + [employee for employee in employees if employee not in own]
    for extension, employee in zip(extensions, ordered, strict=False):
        if not extension["employee_id"]:
            client.call(
                "zadarma.extension",
                "write",
                [extension["id"]],
                {"employee_id": employee},
            )


def play_calls(client, simulator_url):
    """Play the calls and SMS that the demo begins with, unless there are calls already.

    :return: how many calls were played
    """
    if client.call("zadarma.call", "search_count", []):
        return 0
    for scenario, settings in (*CALLS, *TEXTS):
        simulator.dial(simulator_url, scenario, **settings)
    return len(CALLS)
