# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Connecting an Odoo with a simulated PBX, as an administrator would."""


def connect(client, url, key, secret, **values):
    """Connect an account with a simulator, making it the first time.

    Every button is pressed again when it is repeated: a simulator that was started
    anew knows nothing of us.

    :param client: an :class:`rpc.Client` of the administrator
    :param url: of the simulator
    :param key: of its account there; so is `secret`
    :param values: further ones of a new ``zadarma.account``
    :return: its id
    """
    found = client.call("zadarma.account", "search", [("api_key", "=", key)])
    if found:
        client.call("zadarma.account", "write", found, {"api_url": url})
    else:
        values = {"api_url": url, "api_key": key, "api_secret": secret, **values}
        found = client.call("zadarma.account", "create", [values])
    for button in ("action_get_pbx", "action_register_webhooks"):
        client.call("zadarma.account", button, found)
    return found[0]
