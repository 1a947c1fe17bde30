"""What a connector says about itself: `connection`, `actions`, `triggers` and `operations`.

Dataclasses as in `contract.py`. A field that a newer contract adds is left out until it is named here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal, Union

from .contract import Effect, Json, Method

Grant = Literal["authorization-code", "refresh-token", "client-credentials"]
OauthFault = Literal[
    "client-id", "client-secret", "redirect-uri", "denied", "scope", "code", "refresh-token"
]


@dataclass(frozen=True, slots=True)
class Environment:
    """One of the service's separate worlds; the setting `environment` selects it."""

    id: str
    title: str
    help: str


@dataclass(frozen=True, slots=True)
class Scope:
    """A permission that a person grants."""

    id: str
    purpose: str
    minimum: bool
    suggested: bool


@dataclass(frozen=True, slots=True)
class Endpoints:
    """The OAuth endpoints of one environment."""

    environment: str
    authorize_url: str
    token_url: str
    revoke_url: str | None


@dataclass(frozen=True, slots=True)
class TokenParameter:
    """A parameter to add to a token call of one kind."""

    grant: Grant
    name: str
    value: str
    condition: str | None


@dataclass(frozen=True, slots=True)
class TokenAnswer:
    """Where the values are in the token endpoint's answer, as JSON pointers."""

    access_token: str
    expires_in: str
    refresh_token: str | None
    refresh_token_expires_in: str | None
    granted_scopes: str | None


@dataclass(frozen=True, slots=True)
class RedirectUri:
    """A redirect URI to register at the service."""

    platform: str
    uri: str


@dataclass(frozen=True, slots=True)
class OauthRule:
    """How to tell what a refused OAuth step is about. The first rule that matches counts."""

    grant: Grant | None
    status: int | None
    contains: str
    fault: OauthFault
    advice: str


@dataclass(frozen=True, slots=True)
class Oauth2:
    """OAuth 2, authorization code flow with refresh, as data for the host's own OAuth."""

    endpoints: list[Endpoints]
    scopes: list[Scope]
    scope_separator: str
    grants: list[Grant]
    client_authentication: Literal["basic", "form"]
    token_parameters: list[TokenParameter]
    token_answer: TokenAnswer
    pkce: bool
    redirect_uris: list[RedirectUri]
    rules: list[OauthRule]


@dataclass(frozen=True, slots=True)
class Secret:
    """A value that a person pastes; the text says where to find it."""

    value: str


@dataclass(frozen=True, slots=True)
class Bearer:
    """`authorization: Bearer …`"""


@dataclass(frozen=True, slots=True)
class InHeader:
    """The value alone, in the header of this name."""

    case: ClassVar[str] = "header"
    value: str


@dataclass(frozen=True, slots=True)
class BoundOrigin:
    """An origin that a credential may be sent to, in one environment or in every one."""

    origin: str
    environment: str | None


@dataclass(frozen=True, slots=True)
class Credential:
    """What requests name by its id, and the host alone knows."""

    id: str
    title: str
    required: bool
    source: Union[Oauth2, Secret]
    placement: Union[Bearer, InHeader]
    origins: list[BoundOrigin]


@dataclass(frozen=True, slots=True)
class SetupStep:
    """One thing that a person has to do once, in order."""

    title: str
    text: str
    url: str | None


@dataclass(frozen=True, slots=True)
class Quota:
    """A rate limit of the service: so many calls in each window of milliseconds."""

    id: str
    calls: int
    window_ms: int


@dataclass(frozen=True, slots=True)
class Descriptor:
    """What a connection consists of. `settings` and `form` are JSON Schemas."""

    id: str
    title: str
    summary: str
    version: str
    api_version: str
    environments: list[Environment]
    origins: list[str]
    credentials: list[Credential]
    settings: Json
    form: Json
    setup: list[SetupStep]
    quotas: list[Quota]
    operations: list[str]


@dataclass(frozen=True, slots=True)
class Action:
    """What a list of actions shows."""

    id: str
    operation_id: str | None
    title: str
    summary: str
    group: str
    scopes: list[str]
    effect: Effect
    destructive: bool
    shape: Literal["single", "items"]
    notes: list[str]


@dataclass(frozen=True, slots=True)
class Example:
    """A worked input."""

    title: str
    input: Json


@dataclass(frozen=True, slots=True)
class ActionDescription:
    """What a form and a mapper need; `input` and `output` are JSON Schemas."""

    action: Action
    input: Json
    output: Json
    examples: list[Example]


@dataclass(frozen=True, slots=True)
class Trigger:
    """What a list of triggers shows."""

    id: str
    title: str
    summary: str
    group: str
    scopes: list[str]


@dataclass(frozen=True, slots=True)
class TriggerDescription:
    """`config` and `data` are JSON Schemas; `sample` is one event as it is emitted."""

    trigger: Trigger
    config: Json
    data: Json
    sample: Json


@dataclass(frozen=True, slots=True)
class OperationBase:
    """Where the paths of all operations begin, in one environment or in every one."""

    url: str
    environment: str | None


@dataclass(frozen=True, slots=True)
class Operation:
    """What the service does for one method at one path, in which `{names}` stand for a segment."""

    id: str
    method: Method
    path: str
    scopes: list[str]
    effect: Effect
    destructive: bool


@dataclass(frozen=True, slots=True)
class ResourceField:
    """A value that each row of a resource has; `kind` is `text`, `integer`, `time` and so on."""

    name: str
    kind: str


@dataclass(frozen=True, slots=True)
class Resource:
    """One kind of thing that the service keeps, a row each. Actions are named by their ids."""

    id: str
    title: str
    fields: list[ResourceField]
    #: The fields that tell rows apart; empty when nothing does.
    key: list[str]
    #: Input fields that the actions need to know whose rows are meant.
    parents: list[str]
    #: Figures that are computed about other resources, not kept by themselves.
    analytic: bool
    incremental: str | None
    since: str | None
    list_action: str | None
    get_action: str | None
    create_action: str | None
    update_action: str | None
    delete_action: str | None
