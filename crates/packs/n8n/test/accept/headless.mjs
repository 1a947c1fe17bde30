/** Workflows that n8n executes headless. */

import assert from "node:assert/strict";

import { start, workflow } from "./n8n.mjs";

const JPEG = Buffer.from("ffd8ffe000104a46494600010100000100010000ffd9", "hex");
const MP4 = Buffer.from("\0\0\0\x18ftypmp42\0\0\0\0mp42isom and more", "latin1");

/** The ad account that the emulator has. */
export const ACCOUNT = "549755885175";

/** A value of a field that lists its choices, by its id. */
export const byId = (value) => ({ __rl: true, mode: "id", value });

/** A node of the pack. */
export const operation = (name, type, resource, operation, parameters = {}, more = {}) => ({
  name,
  type,
  parameters: { authentication: "token", resource, operation, ...parameters },
  credentials: { pinterestApi: { id: "account", name: "Account" } },
  ...more,
});

/** A node that fetches a file. */
const file = (name, url) => ({
  name,
  type: "n8n-nodes-base.httpRequest",
  typeVersion: 4.2,
  parameters: { url, options: { response: { response: { responseFormat: "file" } } } },
});

export async function scenes({ n8n, name, service, here, step }) {
  const type = `${name}.pinterest`;
  const node = (title, ...rest) => operation(title, type, ...rest);
  here.files.set("/image.jpg", { type: "image/jpeg", bytes: JPEG });
  here.files.set("/video.mp4", { type: "video/mp4", bytes: MP4 });
  const { id: board } = await service.door("boards", { name: "Of the workflow", sections: ["Here"] });
  const ofBoard = "={{ $('Create').item.json.id }}";

  const workflows = [
    workflow("boards", [
      start,
      node("Create", "board", "boards.create", { name: "Made by n8n", privacy: "PUBLIC" }),
      node("Get", "board", "boards.get", { board_id: byId("={{ $json.id }}") }),
      node("Update", "board", "boards.update", { board_id: byId(ofBoard), description: "={{ $json.name + ', changed' }}" }),
      node("Create Section", "board", "board_sections.create", { board_id: byId(ofBoard), name: "First" }),
      node("Get Sections", "board", "board_sections.list", { board_id: byId(ofBoard), returnAll: true }),
      node("Delete", "board", "boards.delete", { board_id: byId(ofBoard) }),
    ]),
    workflow("lists", [
      start,
      node("All", "board", "boards.list", { returnAll: true }),
      node("Two", "pin", "pins.list", { limit: 2 }, { executeOnce: true }),
    ]),
    workflow("image", [
      start,
      file("File", `${here.origin}/image.jpg`),
      node("Create", "pin", "pins.create", {
        board_id: byId(board), title: "From a binary field",
        media_source__source_type: "image_base64",
        media_source__image_base64__content_type: "image/jpeg",
        media_source__image_base64__data: "data",
      }),
      node("Get", "pin", "pins.get", { pin_id: byId("={{ $json.id }}") }),
      node("Delete", "pin", "pins.delete", { pin_id: byId("={{ $json.id }}") }),
    ]),
    workflow("video", [
      start,
      file("File", `${here.origin}/video.mp4`),
      node("Create", "pin", "video_pins.create", {
        board_id: byId(board), video: "data", title: "A video",
        additionalFields: { cover_image_key_frame_time: 0 },
      }),
    ]),
    workflow("figures", [
      start,
      node("Figures", "account", "user_account_analytics.run", { returnAll: true, additionalFields: { period: "last_7_days" } }),
      node("Top", "account", "top_pins.get", {
        start_date: "={{ $now.minus({ days: 20 }) }}", end_date: "={{ $now.minus({ days: 5 }).toISO() }}", sort_by: "SAVE",
      }, { executeOnce: true }),
    ]),
    workflow("ads", [
      start,
      node("Campaign", "campaign", "campaigns.create", {
        ad_account_id: byId(ACCOUNT), name: "Summer recipes", objective_type: "CONSIDERATION",
        additionalFields: { status: "PAUSED" },
      }),
      node("Report", "report", "ads_reports.run", {
        ad_account_id: byId(ACCOUNT), granularity: "DAY", columns: ["CAMPAIGN_ID", "SPEND_IN_DOLLAR"], returnAll: true,
        start_date: "={{ $now.minus({ days: 9 }) }}", end_date: "={{ $now.minus({ days: 3 }) }}",
        additionalFields: { level: "CAMPAIGN" },
      }),
    ]),
    workflow("goes-on", [
      start,
      {
        name: "Ids", type: "n8n-nodes-base.set", typeVersion: 3.4,
        parameters: { mode: "raw", jsonOutput: JSON.stringify({ ids: ["1", board, "wrong"] }) },
      },
      { name: "Each", type: "n8n-nodes-base.splitOut", parameters: { fieldToSplitOut: "ids" } },
      node("Get", "board", "boards.get", { board_id: byId("={{ $json.ids }}") }, { onError: "continueRegularOutput" }),
    ]),
    workflow("stops", [start, node("Create", "board", "boards.create", { name: "={{ '' }}" })]),
  ];
  await n8n.import("credentials", [
    { id: "account", name: "Account", type: "pinterestApi", data: { environment: "production", accessToken: service.token } },
  ]);
  await n8n.import("workflow", workflows);

  await step("a board: create, get, update, a section, its list, delete", async () => {
    const { nodes, error } = await n8n.execute("boards");
    assert.equal(error?.message, undefined, error?.description);
    const json = (name) => nodes[name].outputs[0].map((item) => item.json);
    assert.equal(json("Update")[0].description, "Made by n8n, changed");
    assert.deepEqual(json("Get Sections").map(({ name }) => name), ["First"]);
    assert.deepEqual(json("Delete"), [{ success: true }]);
    return `${Object.keys(nodes).length - 1} operations`;
  });
  await step("lists: all boards, and the first two Pins", async () => {
    const { nodes, error } = await n8n.execute("lists");
    assert.equal(error?.message, undefined, error?.description);
    const [all, two] = ["All", "Two"].map((name) => nodes[name].outputs[0]);
    assert.ok(all.length > 3 && all.every(({ pairedItem }) => pairedItem.item === 0));
    assert.equal(two.length, 2);
    return `${all.length} boards`;
  });
  await step("a Pin from a binary field: create, get, delete", async () => {
    const { nodes, error } = await n8n.execute("image");
    assert.equal(error?.message, undefined, error?.description);
    assert.equal(nodes.Get.outputs[0][0].json.title, "From a binary field");
    assert.deepEqual(nodes.Delete.outputs[0][0].json, { success: true });
  });
  await step("a video Pin: register, upload, wait and create", async () => {
    const { nodes, error } = await n8n.execute("video");
    assert.equal(error?.message, undefined, error?.description);
    const [{ json }] = nodes.Create.outputs[0];
    assert.match(json.id ?? json.pin?.id ?? JSON.stringify(json), /^\d+$/);
    return `Pin ${json.id ?? json.pin.id}`;
  });
  await step("figures of a period, and the top Pins between two dates", async () => {
    const { nodes, error } = await n8n.execute("figures");
    assert.equal(error?.message, undefined, error?.description);
    assert.ok(nodes.Figures.outputs[0].length > 0);
    assert.ok(nodes.Top.outputs[0].length > 0);
    return `${nodes.Figures.outputs[0].length} rows`;
  });
  await step("a campaign from single fields, where the service takes a list, and a report of ads", async () => {
    const { nodes, error } = await n8n.execute("ads");
    assert.equal(error?.message, undefined, error?.description);
    const [{ json: campaign }] = nodes.Campaign.outputs[0];
    assert.equal(campaign.name, "Summer recipes");
    const rows = nodes.Report.outputs[0].map(({ json }) => json);
    assert.ok(rows.length > 0 && rows.every((row) => row.SPEND_IN_DOLLAR !== undefined), JSON.stringify(rows[0]));
    return `campaign ${campaign.id}, ${rows.length} rows`;
  });
  await step("a workflow that goes on after failures", async () => {
    const { nodes, error } = await n8n.execute("goes-on");
    assert.equal(error?.message, undefined, error?.description);
    const [first, second, third] = nodes.Get.outputs[0].map(({ json }) => json);
    assert.deepEqual([first.details.kind, second.id, third.details.kind], ["not-found", board, "invalid-input"]);
    assert.equal(third.details.fields[0].path, "board_id");
    return JSON.stringify(third);
  });
  await step("a workflow that stops says why", async () => {
    const { error } = await n8n.execute("stops");
    assert.match(error.description, /name/);
    return `${error.message}; ${error.description}`;
  });
}
