"""A video Pin is made on a cluster of three workers, and the worker that makes it is killed twice meanwhile.

Arguments: the program.
"""

import json
import os
import sys
import threading
import time

from cluster import Cluster
from service import Service, ask


def sockets(pid):
    found = set()
    for entry in os.listdir(f"/proc/{pid}/fd"):
        try:
            found.add(os.readlink(f"/proc/{pid}/fd/{entry}"))
        except OSError:
            pass
    return found


def busy(cluster, port):
    """The worker that has a request under way to the service: an open socket that it was the last to open."""
    with open("/proc/net/tcp", encoding="ascii") as table:
        rows = [line.split() for line in table.readlines()[1:]]
    inodes = {f"socket:[{row[9]}]" for row in rows if row[2].endswith(f":{port:04X}") and row[3] == "01"}
    for number, worker in enumerate(cluster.workers):
        if worker.poll() is None and inodes & sockets(worker.pid):
            return number
    return None


def main():
    program = sys.argv[1]
    with Cluster(program, 0) as cluster:
        service, port = Service(cluster.service), int(cluster.service["origin"].rsplit(":", 1)[1])
        files = os.path.join(cluster.folder.name, "files")
        os.mkdir(files)
        video = os.path.join(files, "tart.mp4")
        with open(video, "wb") as file:
            file.write(bytes.fromhex("00000020667479706d70343200000000") + os.urandom(8 << 20))
        cluster.more, cluster.workers = ["--files", files], [None] * 3
        for number in range(3):
            cluster.start_worker(number)
        print(f"A Restate server at {cluster.ingress}, and three workers")
        cluster.environment["CONNECTOR_TOKEN"] = cluster.service["access_token"]
        cluster.run("cluster", "--ingress", cluster.ingress, "connect", "studio")
        board = service.board("Summer tarts")
        asked = {"connection": "studio", "action": "video_pins.create", "input": {
            "video": video, "board_id": board, "title": "Lemon tart"}}
        answer = []
        # What is carried out, and answered so late that somebody may die before.
        service.fault({"slow": 5000}, {"method": "GET", "path": "/v5/media/{media_id}"})
        service.fault({"slow": 5000}, {"method": "POST", "path": "/v5/pins"})
        submit = lambda: answer.append(ask(
            "POST", f"{cluster.ingress}/restate/call/Action/run", asked, {"idempotency-key": "lemon-tart"}))
        waiting = threading.Thread(target=submit)
        waiting.start()
        print("A video Pin is submitted")
        for path, what in (
            ("/v5/media/{media_id}", "asks how far the video is"), ("/v5/pins", "has the Pin made"),
        ):
            method = "GET" if "media" in path else "POST"
            while not service.count(method, path):
                time.sleep(0.05)
            time.sleep(0.3)
            number = busy(cluster, port)
            cluster.kill_worker(number)
            print(f"Worker {number} {what}, and is killed before the answer")
            cluster.start_worker(number)
        waiting.join()
        pins = [pin["id"] for pin in service.all(f"/v5/boards/{board}/pins") if pin["title"] == "Lemon tart"]
        print("The action ends with", json.dumps(answer[0]["output"])[:200])
        print(f"Pins on the board with its title: {len(pins)}; requests to make it:", service.count("POST", "/v5/pins"))
        sys.exit(0 if len(pins) == 1 else "the Pin should be there once")


if __name__ == "__main__":
    main()
