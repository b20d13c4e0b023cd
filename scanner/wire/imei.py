"""The equipment identity of cellular devices: 15 digits, the last of them a check digit (3GPP TS 23.003, section 6.2).

The first eight are the type allocation code, which says what model it is. The rest numbers one device, and with it mostly
one person: no more than the code ever becomes an observation.
"""

import re

_NUMBER = re.compile(r"(?<![0-9])[0-9]{15}(?![0-9])")
_CODE = 8
# Bodies that give out codes, by their first two digits (GSMA TS.06, annex A). Nine in ten of other numbers fail the check
# digit; most of the rest begin otherwise, as every IMSI does whose country is none of these.
_BODIES = re.compile("0[01]|10|3[035]|4[459]|5[0-4]|86|9[189]")


def type_code(digits: str) -> str:
    """The type allocation code of 15 digits, "" if their check digit says that they are no such identity."""
    return digits[:_CODE] if _NUMBER.fullmatch(digits) and _checked(digits) else ""


def split(name: str) -> tuple[str, str]:
    """The code of the first identity in a name ("" if there is none), and the name with only that much left of each."""
    codes = [code for number in _NUMBER.findall(name) if (code := _named(number))]
    return codes[0] if codes else "", _NUMBER.sub(lambda match: _named(match[0]) or match[0], name)


def _named(number: str) -> str:
    return type_code(number) if _BODIES.match(number) else ""


def _checked(digits: str) -> bool:
    """Whether the last digit checks the others (ISO/IEC 7812-1, annex B)."""
    doubled = [int(digit) << place % 2 for place, digit in enumerate(reversed(digits))]
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0
