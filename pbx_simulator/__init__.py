# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A Zadarma cloud PBX in a box. README.md is its manual."""

from .account import Account
from .errors import SimulatorError
from .extension import Extension
from .simulator import Simulator

__all__ = ["Account", "Extension", "Simulator", "SimulatorError"]
