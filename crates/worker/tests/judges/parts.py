"""What a cluster offers besides plain actions: approvals, pages elsewhere, webhooks, refusals. In half a minute.

Arguments: the program.
"""

import http.server
import json
import sys
import threading
import time
import urllib.error

from cluster import Cluster
from service import Service, ask


class Sink(http.server.BaseHTTPRequestHandler):
    taken = {}

    def do_POST(self):
        event = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.taken.setdefault(event["id"], []).append(event)
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_):
        pass


class Parts:
    def __init__(self, cluster):
        self.cluster, self.service, self.faults = cluster, Service(cluster.service), 0

    def hold(self, what, is_so):
        print(("ok    " if is_so else "WRONG ") + what, flush=True)
        self.faults += not is_so

    def call(self, path, body=None, key=None, how="call"):
        """The status and the answer; of a failure what it says."""
        headers = {"idempotency-key": key} if key else {}
        try:
            return 200, ask("POST", f"{self.cluster.ingress}/restate/{how}/{path}", body, headers)
        except urllib.error.HTTPError as error:
            said = json.loads(error.read())["message"]
            return error.code, json.loads(said) if said.startswith("{") else said

    def act(self, action, taken=None, **more):
        asked = {"connection": "one", "action": action, "input": taken or {}, **more}
        return self.call("Action/run", asked)

    def refusals(self):
        status, said = self.act("boards.create", {"nmae": "x"})
        fields = {field["path"] for field in said["fields"]}
        self.hold(f"a bad input is told by its fields: {status} {sorted(fields)}", status == 422 and "name" in fields)
        status, said = self.call("Action/run", {"connection": "nobody", "action": "boards.list"})
        self.hold(f"an unknown connection: {status} {said['message']}", status == 404)
        status, said = self.act("boards.lsit")
        self.hold(f"an unknown action: {status} {said['kind']}", status in (404, 422))
        record = ask("POST", f"{self.cluster.ingress}/restate/call/Connection/one/get")
        status, said = self.call("Connection/two/put", {**record, "version": 0})
        self.hold(f"sealed secrets under another name are refused: {status} {said['kind']}", status == 422)

    def once(self):
        asked = {"connection": "one", "action": "boards.create", "input": {"name": "Once"}}
        answers = [self.call("Action/run", asked, "order-17") for _ in range(3)]
        made = [board for board in self.service.all("/v5/boards") if board["name"] == "Once"]
        same = answers[0] == answers[1] == answers[2]
        self.hold(f"submitted three times under a key: {len(made)} board", len(made) == 1 and same)

    def approvals(self):
        answers = {}
        for name, approved in (("Agreed", True), ("Denied", False)):
            asked = lambda name=name: answers.update({name: self.act("boards.create", {"name": name}, approval=True)})
            waiting = threading.Thread(target=asked)
            waiting.start()
            until = time.time() + 10
            while not (found := self.call("Approval/one/list")[1]) and time.time() < until:
                time.sleep(0.1)
            before = [board["name"] for board in self.service.all("/v5/boards")]
            self.call("Approval/one/decide", {"id": found[0]["id"], "approved": approved, "by": "Ada"})
            waiting.join()
            self.hold(f"nothing is sent before the decision about {name}", name not in before)
        made = [board["name"] for board in self.service.all("/v5/boards")]
        status, said = answers["Denied"]
        self.hold(f"what was agreed to is made, what was denied is not: {status} {said['message']}",
                  answers["Agreed"][0] == 200 and "Agreed" in made and "Denied" not in made and status == 403)
        self.hold("nothing waits any longer", self.call("Approval/one/list")[1] == [])

    def pages(self, sink):
        board = self.service.board("Many")
        self.service.control("POST", "pins", {"board_id": board, "count": 120})
        taken = {"board_id": board, "page_size": 25}
        _, whole = self.act("board_pins.list", taken)
        _, some = self.act("board_pins.list", taken, limit=30)
        _, kept = self.act("board_pins.list", taken, pages="state")
        items = []
        for number in range(kept["pages"]):
            items += self.call(f"Pages/{kept['run']}-{number}/get")[1]
        _, sunk = self.act("board_pins.list", taken, pages={"sink": sink})
        posted = [Sink.taken[f"{sunk['run']}-{number}"][0]["data"] for number in range(sunk["pages"])]
        ids = lambda items: [item["id"] for item in items]
        self.hold(f"a list of {len(whole['items'])} Pins, {len(some['items'])} of them, {kept['pages']} pages in the "
                  f"state, {sunk['pages']} at the sink",
                  ids(whole["items"]) == ids(items) == ids(item for page in posted for item in page)
                  and len(whole["items"]) == 120 and len(some["items"]) == 30)

    def webhook(self):
        webhook = json.loads(self.cluster.run("--json", "webhooks"))[0]["id"]
        config = {"ad_account_id": "549755885175"}
        spec = {"connection": "one", "trigger": webhook, "webhook": True, "config": config}
        status, said = self.call("Trigger/leads/start", spec)
        self.hold(f"a webhook is begun: {status} {said or ''}", status == 200)
        body = json.dumps([{"advertiser_id": "549755885175", "lead_form_id": "2", "ad_id": "3", "lead_id": "4"}])
        delivery = {"url": "https://example.com/hook", "headers": [["content-type", "application/json"]], "body": body}
        said = [self.call("Trigger/leads/deliver", delivery, "delivery-1") for _ in range(2)]
        said += [self.call("Trigger/leads/deliver", delivery, "delivery-2")]
        events = self.call("Trigger/leads/events", 0)[1]
        self.hold(f"a delivery that comes three times is {len(events)} event: {said[0]}", len(events) == 1)
        status, said = self.call("Trigger/nothing/deliver", delivery)
        self.hold(f"a delivery to no webhook: {status} {said['message']}", status == 404)


def main():
    receiver = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Sink)
    threading.Thread(target=receiver.serve_forever, daemon=True).start()
    with Cluster(sys.argv[1], 2) as cluster:
        cluster.environment["CONNECTOR_TOKEN"] = cluster.service["access_token"]
        cluster.run("cluster", "--ingress", cluster.ingress, "connect", "one")
        parts = Parts(cluster)
        parts.refusals()
        parts.once()
        parts.approvals()
        parts.pages(f"http://127.0.0.1:{receiver.server_address[1]}/pages")
        parts.webhook()
        if parts.faults:
            print(cluster.log())
    sys.exit(f"{parts.faults} do not hold" if parts.faults else 0)


if __name__ == "__main__":
    main()
