# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The one exception that ends a command with a message for a person."""


class Problem(Exception):
    """Something that the person at the keyboard can mend.

    The text says what is wrong and what to do; it is shown without a traceback.
    """
