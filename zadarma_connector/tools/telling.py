# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Sentences that an action tells whoever asked for it."""


def told(message, kind="success"):
    """The action that says what was done, and closes the window it was asked in.

    :param message: a translated sentence
    :param kind: ``success``, ``info``, ``warning`` or ``danger``
    """
    return {
        "type": "ir.actions.client",
        "tag": "display_notification",
        "params": {
            "type": kind,
            "message": message,
            "next": {"type": "ir.actions.act_window_close"},
        },
    }
