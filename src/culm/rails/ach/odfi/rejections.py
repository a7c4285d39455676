"""Why terms with the bank are refused, or missed. Codes are stable."""

from __future__ import annotations

from typing import ClassVar

from culm.kernel import errors


class TermsInvalid(errors.Invalid):
    """The terms with the bank are out of form: a routing number, a name, a cut-off."""

    code: ClassVar[str] = "ach_terms_invalid"


class AchNotConfigured(errors.Rejection):
    """The tenant's terms with its bank are not set, so nothing can be sent."""

    code: ClassVar[str] = "ach_not_configured"
    status: ClassVar[int] = 409
