# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What an account holds, and the methods of the API that tell and change it."""
