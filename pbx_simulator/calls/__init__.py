# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Calls: played, told of, and listed in statistics."""
