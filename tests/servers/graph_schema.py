"""Whether an answer of the Graph stand-in's is one that Graph could give: names and types, as Microsoft's metadata has them.

The official names lie beside the project where somebody has fetched them; without them, those that the connector reads are held here.
"""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

OFFICIAL = Path(__file__).parents[3] / "shared" / "servers" / "graph_schema.json"


def checked(kind: str, value: dict[str, Any]) -> dict[str, Any]:
    """The value, which is an entity of that kind ("event", "calendar", "message", "mailFolder"). Fails for what is none."""
    for error in _validator(kind).iter_errors(value):
        where = "/".join(map(str, error.absolute_path))
        raise AssertionError(f"Graph has no {kind} with {where or 'this'}: {error.message[:300]}")
    return value


def checked_page(kind: str, page: dict[str, Any]) -> dict[str, Any]:
    """A page of entities; those that were removed have no more than an id."""
    assert set(page) <= {"value", "@odata.context", "@odata.nextLink", "@odata.deltaLink", "@odata.count"}, set(page)
    for each in page["value"]:
        checked(kind, each)
    return page


@cache
def _validator(kind: str) -> Draft202012Validator:
    known = json.loads(OFFICIAL.read_text(encoding="utf-8"))["$defs"] if OFFICIAL.is_file() else _OWN
    return Draft202012Validator({"$ref": f"#/$defs/{kind}", "$defs": known})


def _entity(**fields: Mapping[str, Any]) -> dict[str, Any]:
    """An object of these fields, each of which may be null, and of annotations ("@odata.etag")."""
    properties = {name: {"anyOf": [kind, {"type": "null"}]} for name, kind in fields.items()}
    return {
        "type": "object",
        "properties": properties,
        "patternProperties": {"@": {}},
        "additionalProperties": False,
    }


def _one_of(*values: str) -> dict[str, Any]:
    return {"enum": list(values)}


def _list_of(kind: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": kind}


_TEXT = {"type": "string"}
_FLAG = {"type": "boolean"}
_NUMBER = {"type": "integer"}
_MOMENT = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$"}
_DAY = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\d$"}
_ADDRESS = _entity(address=_TEXT, name=_TEXT)
_RECIPIENT = _entity(emailAddress=_ADDRESS)
_TIME = _entity(dateTime=_TEXT, timeZone=_TEXT)
_BODY = _entity(content=_TEXT, contentType=_one_of("text", "html"))
_RESPONSE = _entity(
    response=_one_of("none", "organizer", "tentativelyAccepted", "accepted", "declined", "notResponded"), time=_MOMENT
)
_ITEM = {
    "id": _TEXT,
    "changeKey": _TEXT,
    "categories": _list_of(_TEXT),
    "createdDateTime": _MOMENT,
    "lastModifiedDateTime": _MOMENT,
    "singleValueExtendedProperties": {},
    "extensions": {},
}
_PATTERN = _entity(
    type=_one_of("daily", "weekly", "absoluteMonthly", "relativeMonthly", "absoluteYearly", "relativeYearly"),
    interval=_NUMBER,
    month=_NUMBER,
    dayOfMonth=_NUMBER,
    daysOfWeek=_list_of(_TEXT),
    firstDayOfWeek=_TEXT,
    index=_one_of("first", "second", "third", "fourth", "last"),
)
_RANGE = _entity(
    type=_one_of("endDate", "noEnd", "numbered"),
    startDate=_DAY,
    endDate=_DAY,
    recurrenceTimeZone=_TEXT,
    numberOfOccurrences=_NUMBER,
)
_OWN = {
    "calendar": _entity(
        id=_TEXT,
        name=_TEXT,
        canEdit=_FLAG,
        isDefaultCalendar=_FLAG,
        owner=_ADDRESS,
        changeKey=_TEXT,
        singleValueExtendedProperties={},
    ),
    "event": _entity(
        **_ITEM,
        iCalUId=_TEXT,
        transactionId=_TEXT,
        type=_one_of("singleInstance", "occurrence", "exception", "seriesMaster"),
        seriesMasterId=_TEXT,
        originalStart=_MOMENT,
        originalStartTimeZone=_TEXT,
        originalEndTimeZone=_TEXT,
        start=_TIME,
        end=_TIME,
        isAllDay=_FLAG,
        isCancelled=_FLAG,
        isOrganizer=_FLAG,
        isReminderOn=_FLAG,
        reminderMinutesBeforeStart=_NUMBER,
        subject=_TEXT,
        body=_BODY,
        location=_entity(displayName=_TEXT, locationType=_TEXT),
        showAs=_one_of("unknown", "free", "tentative", "busy", "oof", "workingElsewhere"),
        responseStatus=_RESPONSE,
        organizer=_RECIPIENT,
        attendees=_list_of(
            _entity(
                emailAddress=_ADDRESS,
                status=_RESPONSE,
                type=_one_of("required", "optional", "resource"),
            )
        ),
        recurrence=_entity(pattern=_PATTERN, range=_RANGE),
        cancelledOccurrences=_list_of(_TEXT),
        exceptionOccurrences={},
        isOnlineMeeting=_FLAG,
        onlineMeeting=_entity(joinUrl=_TEXT, conferenceId=_TEXT),
        onlineMeetingProvider=_TEXT,
    ),
    "mailFolder": _entity(
        id=_TEXT,
        displayName=_TEXT,
        parentFolderId=_TEXT,
        childFolderCount=_NUMBER,
        totalItemCount=_NUMBER,
        unreadItemCount=_NUMBER,
        isHidden=_FLAG,
    ),
    "message": _entity(
        **_ITEM,
        parentFolderId=_TEXT,
        conversationId=_TEXT,
        internetMessageId=_TEXT,
        internetMessageHeaders=_list_of(_entity(name=_TEXT, value=_TEXT)),
        subject=_TEXT,
        body=_BODY,
        bodyPreview=_TEXT,
        uniqueBody=_BODY,
        sender=_RECIPIENT,
        toRecipients=_list_of(_RECIPIENT),
        ccRecipients=_list_of(_RECIPIENT),
        bccRecipients=_list_of(_RECIPIENT),
        replyTo=_list_of(_RECIPIENT),
        receivedDateTime=_MOMENT,
        sentDateTime=_MOMENT,
        isDraft=_FLAG,
        isRead=_FLAG,
        hasAttachments=_FLAG,
        webLink=_TEXT,
        **{"from": _RECIPIENT},
    ),
}
