# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from typing import NamedTuple


class Step(NamedTuple):
    """A step of the set-up, as it stands now.

    :param heading: what it is about
    :param sentences: how it stands, or what is missing
    :param missing: texts that stand for what is missing; empty if it is done
    :param buttons: pairs of a method of the account and its label, the one that
        does most first
    :param choices: of a value that is missing, whichever somebody may choose
    :param choose: the account's method that takes what was chosen, from
        ``setup_choice`` in the context
    :param link: a page of the personal account at Zadarma where something has to be
        done
    :param needed: whether calls do not appear without it
    """

    heading: str
    sentences: list
    missing: tuple = ()
    buttons: tuple = ()
    choices: tuple = ()
    choose: str = ""
    link: str = ""
    needed: bool = False
