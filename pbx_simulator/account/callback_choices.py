# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How callbacks can go on an account, and be told of."""

# One outgoing call to the customer, or one for each party, under one id or two.
SHAPES = ("one", "two-one-id", "two-ids")
# What the customer says when it is their turn, or None for picking up.
CUSTOMERS = {
    "answered": None,
    "no-answer": "no answer",
    "busy": "busy",
    "not-picked-up": None,
}
OUTCOMES = tuple(CUSTOMERS)
# What the extension does besides, while it talks to the customer.
ASIDES = ("", "consultation", "transfer", "emergency", "second-customer")
