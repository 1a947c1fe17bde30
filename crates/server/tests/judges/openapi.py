"""The OpenAPI documents before a validator, a generator of clients, and a tool that tries what it reads.

Arguments: the program.
"""

import importlib
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from openapi_spec_validator import validate
from serving import Serving

TOOLS = Path(sys.executable).parent


def another(document, folder):
    """A validator in another language."""
    file = folder / "validated.json"
    file.write_text(json.dumps(document))
    found = subprocess.run(
        ["npx", "--yes", "--package", "@seriousme/openapi-schema-validator@2.11.0", "validate-api", file],
        capture_output=True, text=True, check=False,
    )
    assert json.loads(found.stdout)["valid"], found.stdout + found.stderr


def generated(document, folder):
    """A client in Python as a public generator makes it."""
    file = folder / "openapi.json"
    file.write_text(json.dumps(document))
    subprocess.run(
        [TOOLS / "openapi-python-client", "generate", "--path", file, "--output-path", folder / "client",
         "--meta", "none", "--overwrite"],
        check=True,
    )
    sys.path.insert(0, str(folder))
    return importlib.import_module("client")


def calls(serving, package):
    """Ten calls with it."""
    client = package.AuthenticatedClient(base_url=serving.url, token=serving.key)
    done = []

    def call(name, **arguments):
        module = importlib.import_module(f"client.api.{name}")
        response = module.sync_detailed(client=client, **arguments)
        assert response.status_code == 200, (name, response.status_code, response.content)
        done.append(name)
        return json.loads(response.content)

    models = importlib.import_module("client.models")

    def body(model, **values):
        return getattr(models, model).from_dict(values)

    board = call("boards.boards_create", body=body("BoardsCreateBody", name="By a client"))
    call("boards.boards_get", body=body("BoardsGetBody", board_id=board["id"]))
    call("boards.boards_list", body=body("BoardsListBody"))
    call("boards.boards_update", body=body("BoardsUpdateBody", board_id=board["id"], name="Renamed"))
    section = call("boards.board_sections_create", body=body("BoardSectionsCreateBody", board_id=board["id"], name="One"))
    call("boards.board_sections_list", body=body("BoardSectionsListBody", board_id=board["id"]))
    call("boards.board_sections_delete",
         body=body("BoardSectionsDeleteBody", board_id=board["id"], section_id=section["id"]))
    call("pins.pins_list", body=body("PinsListBody"))
    call("boards.board_pins_list", body=body("BoardPinsListBody", board_id=board["id"]))
    call("boards.boards_delete", body=body("BoardsDeleteBody", board_id=board["id"]))
    return done


def main():
    with Serving(sys.argv[1]) as serving, tempfile.TemporaryDirectory() as folder:
        routes = serving.ask("GET", "/openapi.json")
        actions = serving.ask("GET", "/v1/connections/emulator/openapi.json")
        older = serving.ask("GET", "/v1/connections/emulator/openapi.json?version=2")
        for name, document in [("routes", routes), ("actions", actions), ("in OpenAPI 2.0", older)]:
            validate(document)
            another(document, Path(folder))
            print(f"{name}: valid, {len(document['paths'])} paths, {len(json.dumps(document)) // 1024} KiB")
        some = serving.ask("GET", "/v1/connections/emulator/openapi.json?groups=Boards,Pins")
        package = generated(some, Path(folder))
        print("a generated client: calls", ", ".join(calls(serving, package)))
        tried = subprocess.run(
            [TOOLS / "schemathesis", "run", f"{serving.url}/openapi.json",
             "--header", f"Authorization: Bearer {serving.key}", "--checks", "not_a_server_error",
             "--max-examples", "20", "--exclude-path-regex", "/events$", "--seed", "7", "--no-color"],
            capture_output=True, text=True, check=False, timeout=1500,
        )
        print("\n".join(tried.stdout.splitlines()[-12:]))
        assert tried.returncode == 0, tried.stdout


main()
