"""The emulator from outside: accounts, faults, and what it has counted."""

import base64
import json
import urllib.error
import urllib.parse
import urllib.request

SCOPES = "boards:read,boards:write,pins:read,pins:write,user_accounts:read"
BACK = "http://localhost:8085/"


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


OPEN = urllib.request.build_opener(urllib.request.ProxyHandler({}), NoRedirect())


def ask(method, url, body=None, headers=None):
    data = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
    headers = {**({"content-type": "application/json"} if data is not None else {}), **(headers or {})}
    request = urllib.request.Request(url, data=data, method=method, headers=headers)
    with OPEN.open(request, timeout=60) as answer:
        text = answer.read()
    return json.loads(text) if text else None


class Service:
    def __init__(self, said):
        self.said, self.origin = said, said["origin"]
        self.injected = {"rate_limited": 0, "cut": 0, "status": 0}

    def tokens(self):
        """What a person's consent gives, as an app gets it."""
        query = urllib.parse.urlencode({
            "client_id": self.said["client_id"], "redirect_uri": BACK, "response_type": "code", "scope": SCOPES,
            "state": "x",
        })
        try:
            OPEN.open(f"{self.origin}/oauth/?{query}")
            raise AssertionError("no redirect")
        except urllib.error.HTTPError as redirect:
            back = urllib.parse.urlsplit(redirect.headers["location"])
        code = urllib.parse.parse_qs(back.query)["code"][0]
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": BACK}
        pair = f"{self.said['client_id']}:{self.said['client_secret']}".encode()
        headers = {
            "authorization": "Basic " + base64.b64encode(pair).decode(),
            "content-type": "application/x-www-form-urlencoded",
        }
        return ask("POST", f"{self.origin}/v5/oauth/token", urllib.parse.urlencode(form).encode(), headers)

    def control(self, method, path, body=None):
        return ask(method, f"{self.origin}/emulator/{path}", body)

    def board(self, name):
        return self.control("POST", "boards", {"name": name})["id"]

    def fault(self, kind, on, times=1):
        self.control("POST", "faults", {"on": on, "kind": kind, "times": times})

    def count(self, method, path):
        rows = self.control("GET", "counts")
        return sum(row["count"] for row in rows if row["method"] == method and row["path"] == path)

    def all(self, path):
        """All items of a list, with a token that has not expired."""
        token = self.control("POST", "tokens", {})["access_token"]
        items, bookmark = [], ""
        while True:
            more = f"&bookmark={urllib.parse.quote(bookmark)}" if bookmark else ""
            headers = {"authorization": f"Bearer {token}"}
            page = ask("GET", f"{self.origin}{path}?page_size=250{more}", headers=headers)
            items += page["items"]
            bookmark = page.get("bookmark")
            if not bookmark:
                return items
