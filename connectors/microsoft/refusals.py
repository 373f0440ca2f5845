"""Sentences for errors of a sign-in (RFC 6749, 5.2; RFC 8628, 3.5; Microsoft's AADSTS codes).

https://learn.microsoft.com/entra/identity-platform/reference-error-codes
"""

import re
from collections.abc import Mapping
from typing import Any

_NOT_IN_TIME = frozenset({"authorization_pending", "expired_token"})
_DECLINED = frozenset({"access_denied", "authorization_declined"})
_NOT_ASKED_FOR = frozenset({"AADSTS65001", "consent_required", "invalid_scope"})
_ENDED = frozenset({"invalid_grant", "interaction_required", "login_required"})
_CODE = re.compile(r"\bAADSTS\d{4,8}\b")
_REGISTRATION = "look whether client_id is the registration's, and authority the directory that it is in"
_AUTHORITY = "set the account's authority to the one that the registration is for (docs/microsoft.md, Configure)"
_PUBLIC = 'set "Allow public client flows" to Yes in the registration (docs/microsoft.md, step 5)'
_APPROVAL = (
    "an administrator of your organization must approve Afterword, or set mail or calendar = false for what they don't"
)
_MANAGED = "your organization lets only devices that it manages sign in so: ask its administrator"
_ADVICE = {
    "AADSTS7000218": _PUBLIC,
    "AADSTS700016": _REGISTRATION,
    "invalid_client": _REGISTRATION,
    "unauthorized_client": _REGISTRATION,
    "AADSTS50194": _AUTHORITY,
    "AADSTS9002331": _AUTHORITY,
    "AADSTS9002346": _AUTHORITY,
    "AADSTS90094": _APPROVAL,
    "AADSTS53000": _MANAGED,
    "AADSTS53001": _MANAGED,
    "AADSTS53003": _MANAGED,
}
"""Advice by AADSTS code, or by error."""


def refusal(response: Mapping[str, Any], account: str, how: str) -> str:
    """Return a sentence for an error that the user can fix, "" for a temporary one; `how` says how to sign in."""
    error, description = str(response.get("error")), str(response.get("error_description") or "")
    code = next(iter(_CODE.findall(description)), "")
    if error in _NOT_IN_TIME:
        return f"Nobody signed in to {account} in time: {how} again."
    reason = ", ".join(filter(None, (error, code)))
    if not _NOT_ASKED_FOR.isdisjoint({code, error}):
        return f"Microsoft was not asked yet for all that {account} is to be used for ({reason}): {how} again."
    if advice := _ADVICE.get(code) or _ADVICE.get(error):
        return f"Microsoft lets nobody sign in to {account} ({reason}): {advice}; then {how} again."
    if error in _DECLINED:
        return f"The sign-in to {account} was refused on Microsoft's page ({reason}): {how} again."
    if error in _ENDED:
        return f"The sign-in to {account} has ended, or was refused ({reason}): {how} again."
    return ""
