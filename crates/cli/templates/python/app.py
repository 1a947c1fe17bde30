"""My connector: all that it knows of its service. `README.md` says how to build and try it."""
import json
import re
from urllib.parse import quote

from componentize_py_types import Err
from wit_world import exports
from wit_world.exports import actions, connection, triggers, types
from wit_world.imports import diagnostics

API = "https://api.example.com"

# What the connector says about itself: schemas, actions, triggers, connection.

ITEM = {
    "type": "object",
    "properties": {
        "id": {"type": "integer", "title": "Id"},
        "name": {"type": "string", "title": "Name"},
        "created_at": {"type": "string", "title": "Made at"},
    },
    "required": ["id", "name"],
}
LIST_INPUT = {
    "type": "object",
    "properties": {"search": {"type": "string", "title": "Search", "description": "Only items whose name has this."}},
    "additionalProperties": False,
}
CREATE_INPUT = {
    "type": "object",
    "properties": {"name": {"type": "string", "title": "Name", "minLength": 1, "maxLength": 100}},
    "required": ["name"],
    "additionalProperties": False,
}
NOTHING = {"type": "object", "properties": {}, "additionalProperties": False}
FORM = {
    "type": "object",
    "properties": {"key": {"type": "string", "title": "API key", "x-role": "credential", "x-secret": True}},
    "required": ["key"],
}
SAMPLE = {"id": 7, "name": "A lamp", "created_at": "2026-01-31T12:00:00Z"}


def action(id, title, summary, effect, shape, input, example):
    listed = actions.Action(id, None, title, summary, "Items", [], effect, False, shape, [], None, [])
    examples = [actions.Example(title, json.dumps(example))]
    return actions.Description(listed, json.dumps(input), json.dumps(ITEM), examples)


ACTIONS = {
    "items.list": action("items.list", "List items", "All items, the newest first.",
                         types.Effect.READ, actions.Shape.ITEMS, LIST_INPUT, {"search": "lamp"}),
    "items.create": action("items.create", "Create an item", "Makes an item.",
                           types.Effect.WRITE, actions.Shape.SINGLE, CREATE_INPUT, {"name": "A lamp"}),
}
CREATED = triggers.Description(
    triggers.Trigger("items.created", "New item", "An item was made; the newest come first.", "Items", []),
    json.dumps(NOTHING), json.dumps(ITEM),
    json.dumps({"id": "7", "occurred_at": SAMPLE["created_at"], "data": SAMPLE}))
DESCRIPTOR = connection.Descriptor(
    id="my-connector", title="My connector", summary="Items of a service.", version="0.1.0", api_version="1",
    environments=[], origins=[API],
    credentials=[connection.Credential(
        "key", "API key", True, None,
        connection.CredentialSource_Secret("In the service: Settings, API keys."),
        connection.Placement_Bearer(), [connection.BoundOrigin(API, None)])],
    requires=[], settings=json.dumps(NOTHING), form=json.dumps(FORM),
    setup=[connection.SetupStep("Make an API key", "Settings, API keys, New key.", "https://example.com/settings")],
    quotas=[connection.Quota("api", 60, 60_000)], operations=[], extensions=[])

# Errors.


def error(kind, code, message, fields=(), status=None, retry_after_ms=None):
    return Err(types.Error(kind, code, message, None, list(fields), status, None, retry_after_ms, None))


def invalid(fields):
    errors = [types.FieldError(path, message) for path, message in fields]
    return error(types.ErrorKind.INVALID_INPUT, "invalid-input", "The input is wrong.", errors)


def unknown(what, id):
    return error(types.ErrorKind.INVALID_INPUT, "unknown-id", f"There is no {what} `{id}`.")


DAMAGED = error(types.ErrorKind.INVALID_INPUT, "damaged", "The checkpoint or the cursor is damaged.")


def refusal(response):
    kinds = {401: types.ErrorKind.UNAUTHENTICATED, 403: types.ErrorKind.FORBIDDEN, 404: types.ErrorKind.NOT_FOUND,
             409: types.ErrorKind.CONFLICT, 429: types.ErrorKind.RATE_LIMITED}
    kind = kinds.get(response.status) or (
        types.ErrorKind.UNAVAILABLE if response.status >= 500 else types.ErrorKind.REJECTED)
    wait = next((header.value for header in response.headers if header.name == "retry-after"), "")
    wait = int(wait) * 1000 if wait.isdecimal() and len(wait) < 6 else None
    message = f"The service answered with status {response.status}."
    return error(kind, f"status-{response.status}", message, status=response.status, retry_after_ms=wait)


MARKS = re.compile(r'\\.|["\[\]{}]', re.DOTALL)


def parsed(text):
    """A JSON text as a value. One that is nested very deep is refused, because the parser would crash."""
    depth, is_quoted = 0, False
    for mark in MARKS.findall(text):
        if mark == '"':
            is_quoted = not is_quoted
        elif not is_quoted and mark in "[{":
            depth += 1
        elif not is_quoted and mark in "]}":
            depth -= 1
        if depth > 100:
            raise ValueError("nested too deep")
    return json.loads(text)


def checked(schema, text):
    """The object in a JSON text. Fails with every wrong field."""
    try:
        value = parsed(text)
    except ValueError:
        raise invalid([("", "must be JSON")]) from None
    if not isinstance(value, dict):
        raise invalid([("", "must be an object")])
    known = schema["properties"]
    wrong = [(name, "is needed") for name in schema.get("required", []) if value.get(name) in (None, "")]
    wrong += [(name, "is not known") for name in value if name not in known]
    for name, given in value.items():
        if name in known and given is not None:
            if not isinstance(given, str):
                wrong.append((name, "must be a text"))
            elif len(given) > known[name].get("maxLength", 200):
                wrong.append((name, "is too long"))
    if wrong:
        raise invalid(wrong)
    return value

# Steps. A checkpoint is what the next step needs to know, as JSON.


# Bytes. No host has to keep more than 1 MiB.
LONGEST = 1_000_000


def kept(state):
    checkpoint = json.dumps(state).encode()
    if len(checkpoint) > LONGEST:
        message = f"The connector has {len(checkpoint)} bytes to remember; {LONGEST} is the most."
        raise error(types.ErrorKind.OTHER, "checkpoint-too-long", message)
    return checkpoint


def send(path, state, body=None):
    headers = [types.Header("accept", "application/json")]
    if body is None:
        method, content, effect = types.Method_Get(), types.Body_Empty(), types.Effect.READ
    else:
        headers.append(types.Header("content-type", "application/json"))
        method, effect = types.Method_Post(), types.Effect.WRITE
        content = types.Body_Bytes(json.dumps(body).encode())
    request = types.Request(method, API + path, headers, content, "key", effect,
                            [types.Cost("api", 1)], None, False, [])
    return types.Step_Send(types.PendingRequest(request, kept(state)))


def emit(items, state):
    return types.Step_Emit(types.Page(json.dumps(items), len(items), kept(state)))


def done(output, cursor=None):
    return types.Step_Done(types.Outcome(json.dumps(output), cursor))


def ask_page(state):
    return send(f"/items?page={state['page']}&search={quote(state['search'], safe='')}", state)


def page_number(value):
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise ValueError("no number of a page")
    return value


def items_of(body):
    items = body["items"]
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise TypeError("no items")
    return items


def next_page(body):
    return None if body.get("next") is None else page_number(body["next"])


def listed(state, body):
    """A page of a list."""
    return emit(items_of(body), {**state, "page": next_page(body)})


def polled(state, body):
    """A page of a poll: what is newer than the cursor."""
    items = items_of(body)
    newest = max([state["newest"], *(item["id"] for item in items)])
    new = [item for item in items if item["id"] > state["seen"]]
    is_last = len(new) < len(items) or next_page(body) is None
    if state["seen"] < 0 or (not new and is_last):
        return done(None, str(newest))
    events = [{"id": str(item["id"]), "occurred_at": item.get("created_at"), "data": item} for item in new]
    return emit(events, {**state, "newest": newest, "page": None if is_last else next_page(body)})


def tested(_state, body):
    return done({"account": {"id": str(body["id"]), "name": body["name"]}, "lacking": []})


def created(_state, body):
    return done(body)


ANSWERS = {"list": listed, "poll": polled, "test": tested, "create": created}


def state_of(checkpoint):
    """What a checkpoint holds. It may come from anybody, so that nothing in it is taken on trust."""
    # `kept` writes none that is longer.
    if len(checkpoint) > LONGEST:
        raise DAMAGED
    try:
        state = parsed(checkpoint.decode())
    except ValueError:
        raise DAMAGED from None
    if not isinstance(state, dict) or not isinstance(state.get("do"), str) or state["do"] not in ANSWERS:
        raise DAMAGED
    if state["do"] in ("list", "poll"):
        numbers = [state.get("seen", 0), state.get("newest", 0)]
        if not isinstance(state.get("search"), str) or not all(isinstance(it, int) for it in numbers):
            raise DAMAGED
        try:
            next_page({"next": state.get("page")})
        except ValueError:
            raise DAMAGED from None
    if state["do"] == "poll" and not {"seen", "newest"} <= state.keys():
        raise DAMAGED
    return state


def resumed(checkpoint, reply):
    state = state_of(checkpoint)
    match reply:
        case types.Reply_Proceed() if state["do"] in ("list", "poll"):
            if state.get("page"):
                return ask_page(state)
            return done(None, str(state["newest"]) if state["do"] == "poll" else None)
        case types.Reply_Undelivered(value=why):
            raise error(types.ErrorKind.UNAVAILABLE, "undelivered", f"No answer came: {why}.")
        case types.Reply_Response(value=response):
            if not 200 <= response.status < 300:
                raise refusal(response)
            try:
                return ANSWERS[state["do"]](state, json.loads(response.body))
            except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
                message = "The answer is not what the service promises."
                raise error(types.ErrorKind.UNEXPECTED, "odd-answer", message, status=response.status) from None
    raise DAMAGED

# What the contract asks for.


def telling(interface):
    """Lets an interface say where it crashed, because a host sees no traceback. Errors of the contract go
    through as they are."""
    def wrapped(function):
        def told(*given):
            try:
                return function(*given)
            except Err:
                raise
            except BaseException as fault:
                place, words = fault.__traceback__.tb_next, []
                while place:
                    words.append(f"{place.tb_frame.f_code.co_filename}:{place.tb_lineno}")
                    place = place.tb_next
                diagnostics.last_words("\n".join([*words, f"{type(fault).__name__}: {fault}"]))
                raise
        return told

    for name, function in list(vars(interface).items()):
        if not name.startswith("_"):
            setattr(interface, name, wrapped(function))
    return interface


class Types(exports.Types):
    pass


@telling
class Connection(exports.Connection):
    def describe(self):
        return DESCRIPTOR

    def test(self, settings, granted, context):
        return send("/me", {"do": "test"})

    def choices(self, field, settings, query, context):
        raise unknown("field with choices", field)


@telling
class Actions(exports.Actions):
    def list_actions(self):
        return [description.action for description in ACTIONS.values()]

    def describe(self, id):
        if id not in ACTIONS:
            raise unknown("action", id)
        return ACTIONS[id]

    def start(self, id, input, settings, context):
        given = checked(json.loads(self.describe(id).input), input)
        if id == "items.create":
            return send("/items", {"do": "create"}, {"name": given["name"]})
        return ask_page({"do": "list", "page": 1, "search": given.get("search") or ""})

    def choices(self, id, field, input, settings, query, context):
        raise unknown("field with choices", field)


@telling
class Triggers(exports.Triggers):
    def list_triggers(self):
        return [CREATED.trigger]

    def describe(self, id):
        if id != CREATED.trigger.id:
            raise unknown("trigger", id)
        return CREATED

    def start(self, id, config, settings, cursor, context):
        checked(json.loads(self.describe(id).config), config)
        if cursor is not None and not (cursor.isascii() and cursor.isdecimal() and len(cursor) < 20):
            raise DAMAGED
        seen = -1 if cursor is None else int(cursor)
        return ask_page({"do": "poll", "page": 1, "search": "", "seen": seen, "newest": max(seen, 0)})

    def choices(self, id, field, config, settings, query, context):
        raise unknown("field with choices", field)


@telling
class Steps(exports.Steps):
    def resume(self, checkpoint, reply):
        return resumed(checkpoint, reply)
