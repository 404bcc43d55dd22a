"""The citizen's identity number, as the domain sees it: its check, the value that hides itself, and what others see of it. Pure.

The rule itself stands in `config.id_number`: logs and kiosks need it too, and may not import the server's rules.
"""

from config.id_number import IdNumber, birth_date, check_digit, is_id_number, is_sample, masked

__all__ = ["IdNumber", "birth_date", "check_digit", "is_id_number", "is_sample", "masked"]
