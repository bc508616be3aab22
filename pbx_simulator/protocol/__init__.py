# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What goes over the wire, whoever is asked: signatures, forms, answers, values."""
