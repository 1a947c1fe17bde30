"""What a connection to a Mastodon server consists of. The server is a setting: there are thousands."""

import json

from wit_world.exports.connection import (
    BoundOrigin,
    ClientAuthentication,
    Credential,
    CredentialSource_Oauth2,
    Descriptor,
    Endpoints,
    Grant,
    Oauth2,
    OauthFault,
    OauthRule,
    Placement_Bearer,
    Quota,
    RedirectUri,
    Scope,
    SetupStep,
    TokenAnswer,
    TokenBody,
)

#: The host fills in the setting, and from then on sends requests to nobody else.
SERVER = "https://{instance}"
ACCOUNT = "account"
#: Rate limits: for everything, and for what takes away.
ALL, DELETIONS = "all", "deletions"

FINE = {
    "read:accounts": "See who you are",
    "read:statuses": "Read your timelines",
    "read:lists": "See your lists",
    "write:statuses": "Post and delete for you",
    "write:media": "Upload media for you",
}
WIDE = {"read": "Read everything", "write": "Change everything"}

SETTINGS = {
    "type": "object",
    "properties": {
        "instance": {
            "type": "string",
            "title": "Server",
            "description": "Where your account is, such as mastodon.social.",
        },
        "visibility": {
            "type": "string",
            "title": "Who sees what is posted",
            "description": "Where an action does not say; else what the account prefers.",
            "enum": ["public", "unlisted", "private", "direct"],
        },
    },
    "required": ["instance"],
    "additionalProperties": False,
}
FORM = {
    "type": "object",
    "properties": {
        "instance": SETTINGS["properties"]["instance"] | {"x-role": "setting"},
        "client_id": {"type": "string", "title": "Client key", "x-role": "client-id"},
        "client_secret": {
            "type": "string", "title": "Client secret", "x-role": "client-secret", "x-secret": True,
        },
        "scopes": {
            "type": "array", "title": "Permissions", "x-role": "scopes",
            "items": {"type": "string", "enum": [*FINE, *WIDE]},
        },
        "visibility": SETTINGS["properties"]["visibility"] | {"x-role": "setting", "x-advanced": True},
    },
    "required": ["instance", "client_id", "client_secret"],
}

_SCOPES = [
    *[Scope(id, purpose, id == "read:accounts", True, []) for id, purpose in FINE.items()],
    *[
        Scope(id, purpose, False, False, [fine for fine in FINE if fine.startswith(f"{id}:")])
        for id, purpose in WIDE.items()
    ],
]
_OAUTH = Oauth2(
    endpoints=[
        Endpoints(
            "", f"{SERVER}/oauth/authorize", [], f"{SERVER}/oauth/token", f"{SERVER}/oauth/revoke"
        )
    ],
    scopes=_SCOPES,
    scope_separator=" ",
    grants=[Grant.AUTHORIZATION_CODE],
    client_authentication=ClientAuthentication.BODY,
    token_body=TokenBody.FORM,
    token_parameters=[],
    # Tokens do not expire, and there is nothing to refresh.
    token_answer=TokenAnswer("/access_token", None, None, None, "/scope", []),
    pkce=True,
    redirect_uris=[RedirectUri("Local tools", "http://127.0.0.1:{port}/callback")],
    rules=[
        OauthRule(None, None, "access_denied", OauthFault.DENIED, "Connect again and agree."),
        OauthRule(
            Grant.AUTHORIZATION_CODE, 401, "invalid_client", OauthFault.CLIENT_ID,
            "Compare client key and secret with those on the page of the app.",
        ),
        OauthRule(
            Grant.AUTHORIZATION_CODE, 400, "invalid_grant", OauthFault.CODE, "Connect again.",
        ),
        OauthRule(None, None, "invalid_scope", OauthFault.SCOPE, "Allow the scope in the app."),
    ],
)
DESCRIPTOR = Descriptor(
    id="mastodon",
    title="Mastodon",
    summary="Reads timelines, posts statuses and uploads media on any Mastodon server.",
    version="0.1.0",
    api_version="v1",
    environments=[],
    origins=[SERVER],
    credentials=[
        Credential(
            id=ACCOUNT,
            title="Mastodon account",
            required=True,
            group=None,
            source=CredentialSource_Oauth2(_OAUTH),
            placement=Placement_Bearer(),
            origins=[BoundOrigin(SERVER, None)],
        )
    ],
    requires=[],
    settings=json.dumps(SETTINGS),
    form=json.dumps(FORM),
    setup=[
        SetupStep(
            "Register an app",
            "On your server: Preferences, Development, New application. Copy the client key and secret.",
            None,
        )
    ],
    quotas=[Quota(ALL, 300, 300_000), Quota(DELETIONS, 30, 1_800_000)],
    operations=["POST /oauth/token", "POST /oauth/revoke"],
    extensions=[],
)
