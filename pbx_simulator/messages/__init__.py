# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""SMS, both ways: what is sent, what comes in, and what it costs."""
