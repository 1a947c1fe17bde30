/** Pictures of the nodes' forms in n8n's editor, in a browser of this machine. */

import { randomUUID } from "node:crypto";
import { mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

import { byId } from "./headless.mjs";
import { workflow } from "./n8n.mjs";

export async function photograph({ n8n, name, credentials, operation, pictures, tools }) {
  const { chromium } = createRequire(join(tools, "tool/package.json"))("playwright-core");
  mkdirSync(pictures, { recursive: true });
  const type = `${name}.pinterest`;
  const node = (title, resource, verb, parameters) => ({
    ...operation(title, type, resource, verb, parameters), credentials,
  });
  const nodes = [
    node("Create a Pin", "pin", "pins.create", {
      authentication: "oAuth2", board_id: byId("813744226420530573"), media_source__source_type: "multiple_image_urls",
      media_source__multiple_image_urls__items: { items: [{ url: "https://example.com/1.jpg" }] },
    }),
    node("Video Pin", "pin", "video_pins.create", { authentication: "oAuth2", additionalFields: { cover_image_key_frame_time: 0 } }),
    node("Boards", "board", "boards.list", { authentication: "oAuth2" }),
    node("Top Pins", "account", "top_pins.get", { authentication: "oAuth2" }),
    node("Campaign", "campaign", "campaigns.create", { authentication: "oAuth2" }),
    node("Report", "report", "ads_reports.run", { authentication: "oAuth2" }),
    {
      name: "New Board", type: `${type}Trigger`, credentials,
      parameters: { authentication: "oAuth2", event: "board_pins.new" },
    },
    {
      name: "New Lead", type: `${type}WebhookTrigger`, credentials, webhookId: randomUUID(),
      parameters: { authentication: "oAuth2", event: "leads.received" },
    },
  ];
  const saved = await n8n.rest("POST", "workflows", workflow("forms", nodes));
  const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
  try {
    const context = await browser.newContext({ viewport: { width: 1500, height: 1500 } });
    const [key, value] = n8n.cookie.split(/=(.*)/s);
    await context.addCookies([{ name: key, value, url: n8n.origin }]);
    const page = await context.newPage();
    for (const { id, name: title } of saved.nodes) {
      await page.goto(`${n8n.origin}/workflow/${saved.id}/${id}`);
      const panel = page.locator('[data-test-id="node-parameters"], [data-test-id="ndv"]').first();
      await panel.waitFor({ timeout: 60_000 });
      await page.waitForTimeout(1500);
      await page.screenshot({ path: join(pictures, `${title.replaceAll(" ", "-").toLowerCase()}.png`) });
    }
    return `${nodes.length} pictures`;
  } finally {
    await browser.close();
  }
}
