"""Salesforce as its documentation has it: a login host and the instance that it names, a proof of who asked
for the code, and sessions that end without notice."""

from __future__ import annotations

import json
from collections.abc import Callable

from authlib.oauth2.rfc7636 import create_s256_code_challenge
from command import Home
from double import Answer, Double, Seen, sent_back, serve

APP, SECRET = "3MVG9.consumer", "secret-of-the-app"
INSTANCE = "acme.my.salesforce.com"
ADDRESS = "https://hooks.example.com/salesforce/4f1c9a"


class Login(Double):
    """login.salesforce.com"""

    challenge = ""
    #: What is not to be revoked yet.
    sessions: set[str]

    def __init__(self) -> None:
        super().__init__()
        self.sessions = set()

    def answer(self, seen: Seen) -> Answer:
        match seen.method, seen.path:
            case "GET", "/services/oauth2/authorize":
                query = seen.query
                assert (query["client_id"], query["response_type"]) == (APP, "code")
                assert query["scope"].split(" ") == ["api", "refresh_token"]
                assert query["code_challenge_method"] == "S256"
                self.challenge = query["code_challenge"]
                return sent_back(query["redirect_uri"], code="aPrx.code", state=query["state"])
            case "POST", "/services/oauth2/token":
                return self.token(seen.form)
            case "POST", "/services/oauth2/revoke":
                assert seen.form["token"] == "5Aep.refresh"
                self.sessions.clear()
                return Answer()
        return Answer(404)

    def token(self, form: dict[str, str]) -> Answer:
        if (form["client_id"], form["client_secret"]) != (APP, SECRET):
            return Answer(400, {"error": "invalid_client_id"})
        session = f"00D5g!session-{len(self.seen)}"
        given = {
            "access_token": session, "instance_url": f"https://{INSTANCE}", "token_type": "Bearer",
            "id": "https://login.salesforce.com/id/00D5g/0055g", "issued_at": "1798761600000",
        }  # fmt: skip
        match form["grant_type"]:
            case "authorization_code":
                if create_s256_code_challenge(form["code_verifier"]) != self.challenge:
                    return Answer(400, {"error": "invalid_grant"})
                assert form["code"] == "aPrx.code"
                given |= {"refresh_token": "5Aep.refresh", "scope": "refresh_token api"}
            case "refresh_token" if form["refresh_token"] != "5Aep.refresh":
                return Answer(400, {"error": "invalid_grant"})
        self.sessions.add(session)
        return Answer(content=given)


class Instance(Double):
    """acme.my.salesforce.com"""

    def __init__(self, login: Login) -> None:
        super().__init__()
        self.login = login
        self.accounts: list[object] = []

    def answer(self, seen: Seen) -> Answer:
        if seen.bearer not in self.login.sessions:
            refused = {"message": "Session expired or invalid", "errorCode": "INVALID_SESSION_ID"}
            return Answer(401, [refused])
        match seen.method, seen.path:
            case "GET", "/services/data/v62.0/query":
                assert seen.query == {"q": "SELECT Id, Name FROM Organization"}
                row = {"attributes": {"type": "Organization"}, "Id": "00D5g", "Name": "Acme"}
                return Answer(content={"totalSize": 1, "done": True, "records": [row]})
            case "POST", "/services/data/v62.0/sobjects/Account":
                self.accounts.append(seen.json)
                return Answer(201, {"id": "001xx", "success": True, "errors": []})
        return Answer(
            404, [{"message": "The requested resource does not exist", "errorCode": "NOT_FOUND"}]
        )


def connected(home: Callable[..., Home], login: Login, instance: Instance) -> Home:
    routes = {"https://login.salesforce.com": login.base, f"https://{INSTANCE}": instance.base}
    made = home("salesforce", routes)
    made.variables |= {"CONNECTOR_CLIENT_ID": APP, "CONNECTOR_CLIENT_SECRET": SECRET}
    assert "Connected as Acme (id 00D5g)" in made.consent().out
    return made


def test_requests_go_to_the_instance_that_the_token_answer_names(home: Callable[..., Home]) -> None:
    with serve(Login()) as login, serve(Instance(login)) as instance:
        made = connected(home, login, instance)
        assert made.run("run", "accounts.create", "--set", "Name=Acme").json["id"] == "001xx"
        assert instance.accounts == [{"Name": "Acme"}]
        # What is stored is for this instance; another one is not reached with it.
        other = json.dumps({"instance": "other.my.salesforce.com"})
        ran = made.run("--settings", other, "run", "accounts.create", "--set", "Name=B", code=3)
        assert instance.accounts == [{"Name": "Acme"}], ran.err


def test_a_session_that_has_ended_is_renewed(home: Callable[..., Home]) -> None:
    with serve(Login()) as login, serve(Instance(login)) as instance:
        made = connected(home, login, instance)
        login.sessions.clear()
        made.run("run", "accounts.create", "--set", "Name=Acme")
        assert len(instance.accounts) == 1
        assert login.seen[-1].form["grant_type"] == "refresh_token"
        made.run("disconnect", "salesforce")
        assert login.sessions == set()


def test_only_who_knows_the_address_is_heard(home: Callable[..., Home]) -> None:
    record = {"Id": "001xx", "Name": "Acme", "SystemModstamp": "2026-01-31T12:00:00.000Z"}
    body = json.dumps(record).encode()
    with serve(Login()) as login, serve(Instance(login)) as instance:
        made = connected(home, login, instance)
        with made.listening("record.saved", ADDRESS) as listener:
            assert listener.post("/salesforce/4f1c9b", body, {}).status == 404
            assert listener.post("/salesforce/4f1c9a", b"<soap>", {}).status == 400
            assert listener.post("/salesforce/4f1c9a", body, {}).status == 200
        (event,) = listener.events
        assert event["id"] == "001xx/2026-01-31T12:00:00.000Z"
        assert event["data"] == record
