"""Money: integers of minor units, and the currencies that say how many digits those have."""

from __future__ import annotations

import re
from typing import Annotated, Final

import msgspec

MAX_MINOR: Final = 10**38 - 1
"""The largest amount or balance, in minor units: what `numeric(38,0)` holds."""

Minor = Annotated[str, msgspec.Meta(extra_json_schema={"format": "minor-units"})]
"""An amount in answers: the digits of a whole number of minor units, so that no reader loses any.
The API's description says so, and `culm.client` makes an integer of it."""

MAX_SCALE: Final = 18
"""The most digits after the point that a registered asset may have."""

_DIGITS: Final = re.compile(r"[1-9][0-9]{0,37}")
ASSET_CODE: Final = re.compile(r"[A-Z][A-Z0-9]{2,11}")

# ISO 4217:2015, list one (active codes), by the number of digits of the minor unit. Codes without
# a minor unit (metals, test codes, XXX) are left out: whoever books them registers an asset.
_ISO_4217: Final = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    2: "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN BWP BYN "
    "BZD CAD CDF CHE CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP "
    "GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP "
    "LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR "
    "NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN "
    "SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XAD XCD XCG YER "
    "ZAR ZMW ZWG",
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
}

ISO_SCALES: Final = {code: scale for scale, codes in _ISO_4217.items() for code in codes.split()}
"""Digits after the point of each ISO 4217 currency."""


def parse_minor(value: int | str) -> int | None:
    """A positive amount of minor units from an int or its digits; None when it is not one."""
    if isinstance(value, str):
        return int(value) if _DIGITS.fullmatch(value) else None
    return value if 0 < value <= MAX_MINOR else None


def is_asset_code(code: str) -> bool:
    """Whether a registered asset may be called this: 3 to 12 capitals and digits."""
    return ASSET_CODE.fullmatch(code) is not None


def format_minor(amount: int, scale: int) -> str:
    """Minor units as people write them: 123456 at scale 2 is `1,234.56`. For display only."""
    sign, digits = ("-" if amount < 0 else ""), str(abs(amount)).rjust(scale + 1, "0")
    whole = f"{int(digits[: len(digits) - scale]):,}"
    return f"{sign}{whole}.{digits[len(digits) - scale :]}" if scale else f"{sign}{whole}"
