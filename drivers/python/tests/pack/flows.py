"""Flows that chain what calls give into what others take, under strict types and without a cast.

They are checked, and run against an emulator: `python flows.py EMULATOR`, with what it says of itself.
"""

from __future__ import annotations

import asyncio
import datetime
import json
import sys
from collections.abc import Callable
from typing import TypeVar

from pinterest_connector import (
    AdGroup,
    AsyncClient,
    Board,
    Campaign,
    Client,
    Pin,
    PinsCreateInput,
    connect,
    connect_async,
)

T = TypeVar("T")


def some(value: T | None) -> T:
    """What has to be there."""
    assert value is not None
    return value


def on(board: Board) -> PinsCreateInput:
    return {
        "board_id": board["id"],
        "media_source": {"source_type": "image_url", "url": "https://example.com/a.jpg"},
    }


def read_back(pinterest: Client) -> None:
    board: Board = pinterest.run("boards.create", {"name": "Of flows"})
    pin: Pin = pinterest.run("pins.create", on(board))
    assert pinterest.run("pins.get", {"pin_id": pin["id"]}).get("board_id") == board["id"]


def section(pinterest: Client) -> None:
    board = pinterest.run("boards.create", {"name": "With sections"})
    made = pinterest.run("board_sections.create", {"board_id": board["id"], "name": "First"})
    pin = pinterest.run("pins.create", {**on(board), "board_section_id": made["id"]})
    place = pinterest.run(
        "board_section_pins.list", {"board_id": board["id"], "section_id": made["id"]}
    )
    assert pin["id"] in [one["id"] for one in place]


def changed_and_saved(pinterest: Client) -> None:
    here, there = (pinterest.run("boards.create", {"name": name}) for name in ("From", "To"))
    pin = pinterest.run("pins.create", on(here))
    changed = pinterest.run("pins.update", {"pin_id": pin["id"], "title": "Changed"})
    saved = pinterest.run("pins.save", {"pin_id": changed["id"], "board_id": there["id"]})
    assert saved["id"]


def found_or_made(pinterest: Client) -> None:
    found = pinterest.run("boards.find_or_create", {"name": "Found", "privacy": "SECRET"})
    board = some(found.get("item"))
    pins: list[Pin] = pinterest.run("board_pins.list", {"board_id": board["id"]})
    assert pins == []


def each_of_a_list(pinterest: Client) -> None:
    for board in pinterest.list("boards.list", limit=3):
        assert pinterest.run("boards.get", {"board_id": board["id"]}).get("name")


def event(pinterest: Client) -> None:
    stock = pinterest.poll("boards.new", {})
    made = pinterest.run("boards.create", {"name": "New"})
    (one,) = pinterest.poll("boards.new", {}, stock.cursor).events
    assert pinterest.run("boards.get", {"board_id": one["data"]["id"]}) == made


def choice(pinterest: Client) -> None:
    chosen = next(pinterest.choices("pins.create", "board_id"))["value"]
    assert isinstance(chosen, str)
    assert pinterest.run("pins.list", {"pin_filter": "exclude_repins"}) is not None
    assert pinterest.run("board_pins.list", {"board_id": chosen}, limit=1) is not None


def figures(pinterest: Client) -> None:
    pins = pinterest.run("pins.list", limit=2)
    day = (datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=5)).date().isoformat()
    asked = [pin["id"] for pin in pins]
    told = pinterest.run(
        "pin_analytics.get_many",
        {"pin_ids": asked, "start_date": day, "end_date": day, "metric_types": ["SAVE"]},
    )
    assert set(told) == set(asked)


def ad_group(pinterest: Client) -> None:
    account = pinterest.run("ad_accounts.list")[0]["id"]
    made = pinterest.run(
        "campaigns.create",
        {
            "ad_account_id": account,
            "body": [{"ad_account_id": account, "name": "Of flows", "objective_type": "AWARENESS"}],
        },
    )
    campaign = some(made.get("results", [])[0].get("data"))
    groups = pinterest.run(
        "ad_groups.create",
        {
            "ad_account_id": account,
            "body": [
                {"campaign_id": campaign["id"], "name": "First", "billable_event": "IMPRESSION"}
            ],
        },
    )
    group: AdGroup = some(groups.get("results", [])[0].get("data"))
    assert pinterest.run("ad_groups.get", {"ad_account_id": account, "ad_group_id": group["id"]})


def renamed(pinterest: Client) -> None:
    account = pinterest.run("ad_accounts.list")[0]["id"]
    campaigns: list[Campaign] = pinterest.run(
        "campaigns.list", {"ad_account_id": account}, limit=2
    )
    told = pinterest.run(
        "campaigns.update",
        {
            "ad_account_id": account,
            "body": [
                {"id": one["id"], "ad_account_id": account, "name": one.get("name", "") + " 2"}
                for one in campaigns
            ],
        },
    )
    assert told.get("failed") == 0


def customers(pinterest: Client) -> None:
    account = pinterest.run("ad_accounts.list")[0]["id"]
    made = pinterest.run(
        "customer_lists.create",
        {
            "ad_account_id": account,
            "name": "Customers",
            "list_type": "EMAIL",
            "records": "a@example.com",
        },
    )
    state = pinterest.run(
        "customer_lists.get", {"ad_account_id": account, "customer_list_id": made["id"]}
    )
    assert state.get("status")


async def later(pinterest: AsyncClient) -> None:
    board = await pinterest.run("boards.create", {"name": "Later"})
    pin = await pinterest.run("pins.create", on(board))
    pins: list[Pin] = [one async for one in pinterest.list("board_pins.list", {"board_id": board["id"]})]
    assert [one["id"] for one in pins] == [pin["id"]]


FLOWS: list[Callable[[Client], None]] = [
    read_back, section, changed_and_saved, found_or_made, each_of_a_list, event, choice, figures,
    ad_group, renamed, customers,
]  # fmt: skip


async def main(token: str, routes: dict[str, str]) -> None:
    pinterest = connect(credentials={"access-token": token}, routes=routes)
    for flow in FLOWS:
        flow(pinterest)
    await later(await connect_async(credentials={"access-token": token}, routes=routes))
    print(len(FLOWS) + 1, "flows")


if __name__ == "__main__":
    told = json.loads(sys.argv[1])
    routes: list[str] = told["routes"]
    pairs = (route.partition("=") for route in routes)
    asyncio.run(main(str(told["access_token"]), {place: base for place, _, base in pairs}))
