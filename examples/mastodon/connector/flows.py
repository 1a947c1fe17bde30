"""How each call goes: its first request, and what follows each answer. All state is in the checkpoint."""

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from wit_world.exports.types import (
    Body_Bytes,
    Body_Empty,
    Body_Multipart,
    Cost,
    Effect,
    Header,
    Method_Delete,
    Method_Get,
    Method_Post,
    Outcome,
    Page,
    Part,
    PartContent_Blob,
    PartContent_Text,
    Pause,
    PendingRequest,
    Reply,
    Reply_Proceed,
    Reply_Response,
    Reply_Undelivered,
    Request,
    Response,
    Step,
    Step_Done,
    Step_Emit,
    Step_Pause,
    Step_Send,
)

from . import calls
from .calls import PAGE, Call
from .descriptor import ACCOUNT, ALL, DELETIONS, WIDE
from .errors import invalid, refusal, undelivered, unexpected

#: Of the checkpoints: one of another version is refused.
VERSION = 1
#: Bytes of a checkpoint: a longer one is not ours, and may be nested deeper than a parser goes.
LONGEST = 16 << 10
#: Milliseconds between two looks at media that are being processed.
PROCESSING = 1000

State = dict[str, Any]


# Steps.


def _checkpoint(call: Call, then: str, state: State) -> bytes:
    kept = {"v": VERSION, "server": call.server, "now": call.now, "then": then, **state}
    return json.dumps(kept, separators=(",", ":")).encode()


def _send(
    call: Call, method: Any, path: str, then: str, state: State, *, body: Any = None,
    effect: Effect = Effect.READ, quotas: tuple[str, ...] = (ALL,), key: str | None = None,
) -> Step:
    headers = [Header("accept", "application/json")]
    if isinstance(body, Body_Bytes):
        headers.append(Header("content-type", "application/json"))
    request = Request(
        method=method,
        url=call.server + path,
        headers=headers,
        body=Body_Empty() if body is None else body,
        credential=ACCOUNT,
        effect=effect,
        costs=[Cost(quota, 1) for quota in quotas],
        idempotency_header=key,
        save=False,
        extensions=[],
    )
    return Step_Send(PendingRequest(request, _checkpoint(call, then, state)))


def _get(call: Call, path: str, then: str, state: State, **query: Any) -> Step:
    asked = urlencode({name: value for name, value in query.items() if value is not None})
    return _send(call, Method_Get(), f"{path}?{asked}" if asked else path, then, state)


def _emit(call: Call, items: list[Any], then: str, state: State) -> Step:
    return Step_Emit(Page(json.dumps(items), len(items), _checkpoint(call, then, state)))


def _done(output: Any, cursor: str | None = None) -> Step:
    return Step_Done(Outcome(json.dumps(output), cursor))


# Beginnings.


def _page_of(call: Call, path: str) -> Step:
    return _get(call, path, "page", {}, limit=min(call.wanted or PAGE, PAGE))


def _list_path(id: str) -> str:
    return f"/api/v1/timelines/list/{quote(id, safe='')}"


def _post(call: Call, input: State) -> Step:
    visibility = input.get("visibility") or call.settings.get("visibility")
    body = {
        "status": input["text"], "visibility": visibility, "sensitive": input.get("sensitive"),
        "media_ids": input.get("media_ids"),
    }
    given = {name: value for name, value in body.items() if value is not None}
    # The server knows a request again by this header, so it may be sent twice.
    return _send(
        call, Method_Post(), "/api/v1/statuses", "answer", {},
        body=Body_Bytes(json.dumps(given).encode()), effect=Effect.IDEMPOTENT, key="idempotency-key",
    )


def _delete(call: Call, input: State) -> Step:
    id = input["status_id"]
    return _send(
        call, Method_Delete(), f"/api/v1/statuses/{quote(id, safe='')}", "deleted", {"id": id},
        effect=Effect.IDEMPOTENT, quotas=(ALL, DELETIONS),
    )


def _upload(call: Call, input: State) -> Step:
    parts = [Part("file", None, None, PartContent_Blob(input["file"]))]
    if "description" in input:
        parts.append(Part("description", None, None, PartContent_Text(input["description"])))
    body = Body_Multipart(parts)
    return _send(
        call, Method_Post(), "/api/v2/media", "uploaded", {}, body=body, effect=Effect.WRITE
    )


#: The first step of each action.
ACTIONS: dict[str, Callable[[Call, State], Step]] = {
    "timelines.home": lambda call, _: _page_of(call, "/api/v1/timelines/home"),
    "timelines.list": lambda call, input: _page_of(call, _list_path(input["list_id"])),
    "statuses.create": _post,
    "statuses.delete": _delete,
    "media.upload": _upload,
}


def poll(call: Call, config: State, cursor: str | None) -> Step:
    path = _list_path(config["list_id"]) if "list_id" in config else "/api/v1/timelines/home"
    if cursor is not None:
        return _news(call, {"path": path, "since": cursor})
    if config.get("existing"):
        return _get(call, path, "existing", {"path": path}, limit=PAGE)
    return _get(call, path, "newest", {}, limit=1)


def _news(call: Call, state: State) -> Step:
    """The statuses right after those that are known, so that none is passed over."""
    return _get(call, state["path"], "news", state, min_id=state["since"], limit=PAGE)


def lists(call: Call, query: str | None) -> Step:
    return _get(call, "/api/v1/lists", "lists", {"query": query or ""})


def test(call: Call, granted: list[str] | None) -> Step:
    path = "/api/v1/accounts/verify_credentials"
    return _get(call, path, "tested", {"granted": granted})


# What follows an answer.


def _read(response: Response, call: Call, kind: type) -> Any:
    if not 200 <= response.status < 300:
        raise refusal(response, call.now)
    try:
        value = json.loads(response.body)
    except ValueError:
        value = None
    if not isinstance(value, kind):
        raise unexpected("The server's answer is not what Mastodon promises.", response)
    return value


def _page(call: Call, response: Response, _: State) -> Step:
    items = _read(response, call, list)
    return _emit(call, items, "more", {"next": _next(response)})


def _next(response: Response) -> str | None:
    """The page that the header `link` names as the next one."""
    links = next((one.value for one in response.headers if one.name == "link"), "")
    for link in links.split(","):
        target, *parameters = link.split(";")
        if any(one.strip() in ('rel="next"', "rel=next") for one in parameters):
            return target.strip().strip("<>")
    return None


def _more(call: Call, state: State) -> Step:
    if state["next"] is None:
        return _done(None)
    url = urlsplit(state["next"])
    if f"{url.scheme}://{url.netloc}".lower() != call.server:
        raise unexpected("The next page would be on another server.")
    return _get(call, f"{url.path}?{url.query}", "page", {})


def _answer(call: Call, response: Response, _: State) -> Step:
    return _done(_read(response, call, dict))


def _deleted(call: Call, response: Response, state: State) -> Step:
    if response.status not in (404, 410):
        _read(response, call, dict)
    return _done({"id": state["id"]})


def _uploaded(call: Call, response: Response, state: State) -> Step:
    media = _read(response, call, dict)
    if response.status in (202, 206):
        waiting = _checkpoint(call, "look", {"id": media.get("id") or state["id"]})
        return Step_Pause(Pause(PROCESSING, "the server processes the media", waiting))
    return _done(media)


def _lists(call: Call, response: Response, state: State) -> Step:
    found = [
        {"value": one["id"], "title": one["title"]}
        for one in _read(response, call, list)
        if state["query"].lower() in one["title"].lower()
    ]
    return _emit(call, found, "end", {"cursor": None})


def _newest(call: Call, response: Response, _: State) -> Step:
    statuses = _read(response, call, list)
    return _done(None, statuses[0]["id"] if statuses else "0")


def _existing(call: Call, response: Response, _: State) -> Step:
    return _events(call, response, "end", {"since": "0"}) or _done(None, "0")


def _arrived(call: Call, response: Response, state: State) -> Step:
    return _events(call, response, "news", state) or _done(None, state["since"])


def _events(call: Call, response: Response, then: str, state: State) -> Step | None:
    """None when there are none. Ids are numbers, or sort as texts of one length."""
    statuses = sorted(_read(response, call, list), key=lambda one: (len(one["id"]), one["id"]))
    if not statuses:
        return None
    events = [
        {"id": one["id"], "occurred_at": one.get("created_at"), "data": one} for one in statuses
    ]
    newest = statuses[-1]["id"]
    return _emit(call, events, then, state | {"since": newest, "cursor": newest})


def _tested(call: Call, response: Response, state: State) -> Step:
    account = _read(response, call, dict)
    name = account.get("display_name") or account.get("acct")
    return _done({
        "account": {"id": account["id"], "name": name},
        "lacking": _lacking(state["granted"]),
    })  # fmt: skip


def _lacking(granted: list[str] | None) -> list[State]:
    if granted is None:
        return []
    found = []
    listed = [one.action for one in calls.ACTIONS.values()]
    for known in [*listed, *(one.trigger for one in calls.TRIGGERS.values())]:
        scopes = [one for one in known.scopes if one not in granted and not _wide(one, granted)]
        if scopes:
            found.append({"id": known.id, "title": known.title, "scopes": scopes})
    return found


def _wide(scope: str, granted: list[str]) -> bool:
    wide = scope.partition(":")[0]
    return wide in WIDE and wide in granted


#: By what the checkpoint says comes then: after an answer, and after a pause or a page.
ANSWERED: dict[str, Callable[[Call, Response, State], Step]] = {
    "page": _page,
    "answer": _answer,
    "deleted": _deleted,
    "uploaded": _uploaded,
    "lists": _lists,
    "newest": _newest,
    "existing": _existing,
    "news": _arrived,
    "tested": _tested,
}
PROCEEDED: dict[str, Callable[[Call, State], Step]] = {
    "more": _more,
    "look": lambda call, state: _get(
        call, f"/api/v1/media/{quote(state['id'], safe='')}", "uploaded", state
    ),
    "news": _news,
    "end": lambda _, state: _done(None, state["cursor"]),
}


def resume(checkpoint: bytes, reply: Reply) -> Step:
    if len(checkpoint) > LONGEST:
        raise invalid({"checkpoint": "is damaged"}, "damaged")
    try:
        state = json.loads(checkpoint)
        version, then = state.pop("v"), state.pop("then")
        call = Call(state.pop("server"), {}, state.pop("now"))
    except (ValueError, TypeError, KeyError, AttributeError):
        raise invalid({"checkpoint": "is damaged"}, "damaged") from None
    if version != VERSION:
        raise invalid({"checkpoint": "is of another version"}, "other-version")
    if isinstance(reply, Reply_Undelivered):
        raise undelivered(reply.value)
    if isinstance(reply, Reply_Response) and then in ANSWERED:
        return ANSWERED[then](call, reply.value, state)
    if isinstance(reply, Reply_Proceed) and then in PROCEEDED:
        return PROCEEDED[then](call, state)
    raise invalid({"checkpoint": "does not fit what came of the step"}, "damaged")
