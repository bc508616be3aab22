# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A Zadarma cloud PBX in a box. README.md is its manual."""

from .account.account import Account
from .account.extension import Extension
from .protocol.errors import SimulatorError
from .simulator import Simulator

__all__ = ["Account", "Extension", "Simulator", "SimulatorError"]
