/** What the types of the package let through, and what they do not. Checked, never run. */

import { ConnectorError, connect, files } from "pinterest-connector";
import type { Actions, Board, BoardsCreateInput, Campaign, Event, Item } from "pinterest-connector";

const connector = connect({
  credentials: { "access-token": "t" },
  settings: { environment: "sandbox" },
  blobs: files({ folders: ["."] }),
});
connect();
connect({ credentials: (id: "access-token" | "conversion-token") => id });
connect({ readOnly: true, noDestructive: true, allowUnlisted: false, granted: ["boards:read"] });
// @ts-expect-error no such credential
connect({ credentials: { token: "t" } });
// @ts-expect-error no such environment
connect({ settings: { environment: "moon" } });

const pin = await connector.run("pins.create", {
  board_id: "1",
  media_source: { source_type: "image_url", url: "https://example.com/a.jpg" },
});
// What identifies a thing is there wherever one is given; anything else may be absent.
const id: string = pin.id;
// @ts-expect-error it may have no title
const untitled: string = pin.title;
const made = await connector.run("boards.create", { name: "a" });
const again: Board = await connector.run("boards.get", { board_id: made.id });
for await (const followed of connector.list("followed_boards.list")) await connector.run("boards.get", { board_id: followed.id });
const [campaign]: Campaign[] = await connector.run("campaigns.list");
await connector.run("campaigns.get", { campaign_id: (campaign as Campaign).id });
// @ts-expect-error a field of another type
await connector.run("pins.create", { board_id: 1 });
// @ts-expect-error a source that does not exist
await connector.run("pins.create", { media_source: { source_type: "image", url: "" } });
// @ts-expect-error a field that does not exist
await connector.run("pins.create", { bord_id: "1" });
// @ts-expect-error a required field is missing
await connector.run("boards.create", {});
// @ts-expect-error so is the whole input
await connector.run("boards.create");
// @ts-expect-error no such action
await connector.run("boards.explode");

const boards = await connector.run("boards.list");
const name: string | undefined = boards[0]?.name;
for await (const board of connector.list("boards.list", { privacy: "ALL" }, {})) {
  const same: Item<"boards.list"> = board;
  // @ts-expect-error no such field
  same.nam;
}
// @ts-expect-error not a list
connector.list("boards.get", { board_id: "1" });
// The ad account is one of the settings, so it need not be said again.
await connector.run("campaigns.list");

const { events } = await connector.poll("boards.new", { privacy: "PUBLIC" });
const [event]: Event<"boards.new">[] = events;
const title: string | undefined = event?.data.name;
const input: BoardsCreateInput = { name: "a" } satisfies Actions["boards.create"]["input"];
const error: ConnectorError | undefined = undefined;
export { again, error, id, input, name, title, untitled };
