# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The one error that a user of the simulator can cause."""


class SimulatorError(ValueError):
    """Wrong input; the text says what was wrong and what would be right."""
