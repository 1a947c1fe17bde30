"""The actions and triggers, and what a call of one is given."""

import json
import re
from dataclasses import dataclass
from typing import Any

from componentize_py_types import Err
from wit_world.exports.actions import Action, Description, Example, Shape
from wit_world.exports.triggers import Description as TriggerDescription
from wit_world.exports.triggers import Trigger
from wit_world.exports.types import Context, Effect, Error

from . import check
from .descriptor import SETTINGS
from .errors import invalid

#: Items of a page, at most.
PAGE = 40

STATUS = {
    "type": "object",
    "properties": {
        "id": {"type": "string"},
        "created_at": {"type": "string", "format": "date-time"},
        "url": {"type": ["string", "null"]},
        "content": {"type": "string", "description": "HTML."},
        "visibility": {"type": "string"},
        "account": {
            "type": "object",
            "properties": {"id": {"type": "string"}, "acct": {"type": "string"}},
        },
    },
    "required": ["id"],
}
MEDIA = {
    "type": "object",
    "properties": {
        "id": {"type": "string"}, "type": {"type": "string"}, "url": {"type": ["string", "null"]},
    },
    "required": ["id"],
}
SAMPLE = {
    "id": "116500123456789012",
    "created_at": "2026-05-02T09:30:00.000Z",
    "url": "https://mastodon.example/@alice/116500123456789012",
    "content": "<p>Good morning</p>",
    "visibility": "public",
    "account": {"id": "41", "acct": "alice"},
}


def _list_field(title: str) -> dict[str, Any]:
    return {"type": "string", "title": title, "x-choices": [], "x-scopes": ["read:lists"]}


def _object(required: list[str], **properties: Any) -> str:
    return json.dumps({
        "type": "object", "properties": properties, "required": required,
        "additionalProperties": False,
    })  # fmt: skip


def _described(
    action: Action, input: str, output: Any, title: str, example: dict[str, Any]
) -> Description:
    return Description(action, input, json.dumps(output), [Example(title, json.dumps(example))])


def _action(
    id: str, title: str, summary: str, group: str, scope: str, effect: Effect,
    destructive: bool = False, shape: Shape = Shape.SINGLE,
) -> Action:
    return Action(
        id, None, title, summary, group, [scope], effect, destructive, shape, [], None, []
    )


_ALL = [
    _described(
        _action(
            "timelines.home", "Read the home timeline",
            "Statuses of the accounts that you follow, the newest first.", "Timelines",
            "read:statuses", Effect.READ, shape=Shape.ITEMS,
        ),
        _object([]), STATUS, "All of it", {},
    ),
    _described(
        _action(
            "timelines.list", "Read a list", "Statuses of one of your lists, the newest first.",
            "Timelines", "read:lists", Effect.READ, shape=Shape.ITEMS,
        ),
        _object(["list_id"], list_id=_list_field("List")), STATUS, "One list", {"list_id": "12249"},
    ),
    _described(
        _action(
            "statuses.create", "Post a status",
            "Posts for the connected account.", "Statuses", "write:statuses", Effect.WRITE,
        ),
        _object(
            ["text"],
            text={"type": "string", "title": "Text", "x-multiline": True},
            visibility={
                "type": "string", "title": "Who sees it", "x-setting": "visibility",
                "enum": SETTINGS["properties"]["visibility"]["enum"],
            },
            sensitive={"type": "boolean", "title": "Hide the media at first", "x-advanced": True},
            media_ids={
                "type": "array", "title": "Media", "items": {"type": "string"}, "maxItems": 4,
                "description": "The ids that `media.upload` gave.",
            },
        ),
        STATUS, "For everybody", {"text": "Good morning", "visibility": "public"},
    ),
    _described(
        _action(
            "statuses.delete", "Delete a status",
            "Deletes a status of the connected account; one that is gone already is no error.",
            "Statuses", "write:statuses", Effect.IDEMPOTENT, destructive=True,
        ),
        _object(["status_id"], status_id={"type": "string", "title": "Status"}),
        {"type": "object", "properties": {"id": {"type": "string"}}, "required": ["id"]},
        "One status", {"status_id": "116500123456789012"},
    ),
    _described(
        _action(
            "media.upload", "Upload media", "Uploads a file and waits until the server has processed it.",
            "Media", "write:media", Effect.WRITE,
        ),
        _object(
            ["file"],
            file={"type": "string", "title": "File", "x-file": "blob"},
            description={"type": "string", "title": "For people who do not see it"},
        ),
        MEDIA, "A picture", {"file": "sunrise.jpg", "description": "The sun above a lake"},
    ),
]
ACTIONS = {described.action.id: described for described in _ALL}

_CREATED = Trigger(
    "status.created", "New status", "A status came into the timeline; the oldest first.", "Statuses",
    ["read:statuses"],
)
_CONFIG = _object(
    [],
    list_id=_list_field("Only this list"),
    existing={"type": "boolean", "title": "Begin with what is there", "x-advanced": True},
)
_EVENT = {"id": SAMPLE["id"], "occurred_at": SAMPLE["created_at"], "data": SAMPLE}
TRIGGERS = {
    _CREATED.id: TriggerDescription(_CREATED, _CONFIG, json.dumps(STATUS), json.dumps(_EVENT))
}


@dataclass
class Call:
    """What each step of a call needs to know."""

    #: `https://mastodon.example`
    server: str
    settings: dict[str, Any]
    #: The host's clock when the call began.
    now: str
    wanted: int | None = None


def of(settings: str, context: Context) -> Call:
    """Fails when the settings are wrong."""
    values = _object_of(settings, "settings")
    wrong = check.problems(SETTINGS, values)
    instance = str(values.get("instance", "")).lower()
    if "instance" not in wrong and not re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)+", instance):
        wrong["instance"] = "must be the name of a server, such as mastodon.social"
    if wrong:
        raise invalid(wrong)
    return Call(f"https://{instance}", values, context.now, context.wanted)


def checked(text: str, schema: str, what: str) -> dict[str, Any]:
    """An input that fits its schema; what is left open is not in it."""
    value = _object_of(text, what)
    wrong = check.problems(json.loads(schema), value)
    if wrong:
        raise invalid(wrong)
    return value


def action(id: str) -> Description:
    if id not in ACTIONS:
        raise invalid({"id": f"there is no action {id}"})
    return ACTIONS[id]


def trigger(id: str) -> TriggerDescription:
    if id not in TRIGGERS:
        raise invalid({"id": f"there is no trigger {id}"})
    return TRIGGERS[id]


def check_field(field: str, schema: str) -> None:
    """Fails when there are no choices for a field."""
    if "x-choices" not in json.loads(schema)["properties"].get(field, {}):
        raise no_choices(field)


def no_choices(field: str) -> Err[Error]:
    return invalid({field: "there are no choices for this field"})


def _object_of(text: str, what: str) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except ValueError:
        value = None
    if not isinstance(value, dict):
        raise invalid({"": f"the {what} must be a JSON object"})
    return check.given(value)
