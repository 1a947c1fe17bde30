/**
 * Flows that chain what calls give into what others take, under strict types and without a cast. They are
 * checked, and run against an emulator.
 */

import type { AdGroup, Board, Campaign, Connector, Pin, PinsCreateInput } from "pinterest-connector";

/** What has to be there. */
function some<T>(value: T | null | undefined): T {
  if (value === null || value === undefined) throw new Error("something is missing");
  return value;
}

const image: PinsCreateInput["media_source"] = { source_type: "image_url", url: "https://example.com/a.jpg" };

type Flow = (pinterest: Connector) => Promise<unknown>;

export const flows: Record<string, Flow> = {
  async "a board, a Pin on it, read back"(pinterest) {
    const board: Board = await pinterest.run("boards.create", { name: "Of flows" });
    const pin: Pin = await pinterest.run("pins.create", { board_id: board.id, media_source: image });
    const back = await pinterest.run("pins.get", { pin_id: pin.id });
    return some(back.board_id === board.id ? back.id : undefined);
  },

  async "a section, a Pin in it, found there"(pinterest) {
    const board = await pinterest.run("boards.create", { name: "With sections" });
    const section = await pinterest.run("board_sections.create", { board_id: board.id, name: "First" });
    const place = { board_id: board.id, board_section_id: section.id };
    const pin = await pinterest.run("pins.create", { ...place, media_source: image });
    const pins = await pinterest.run("board_section_pins.list", { board_id: board.id, section_id: section.id });
    return some(pins.find(({ id }) => id === pin.id));
  },

  async "a Pin is changed, and saved to another board"(pinterest) {
    const [from, to] = [await pinterest.run("boards.create", { name: "From" }), await pinterest.run("boards.create", { name: "To" })];
    const pin = await pinterest.run("pins.create", { board_id: from.id, media_source: image });
    const changed = await pinterest.run("pins.update", { pin_id: pin.id, title: "Changed" });
    const saved = await pinterest.run("pins.save", { pin_id: changed.id, board_id: to.id });
    return some(saved.board_id);
  },

  async "a board that is found or made, and its Pins"(pinterest) {
    const { item } = await pinterest.run("boards.find_or_create", { name: "Found", privacy: "SECRET" });
    const pins: Pin[] = await pinterest.run("board_pins.list", { board_id: some(item).id });
    return pins;
  },

  async "each board of a list"(pinterest) {
    const names: (string | undefined)[] = [];
    for await (const board of pinterest.list("boards.list", {}, { limit: 3 })) {
      names.push((await pinterest.run("boards.get", { board_id: board.id })).name);
    }
    return some(names[0]);
  },

  async "pages, one after the other"(pinterest) {
    const first = await pinterest.page("boards.list", { page_size: 1 });
    const second = await pinterest.page("boards.list", { page_size: 1 }, some(first.next));
    return some(second.items[0]).id;
  },

  async "a trigger's event leads to what it is about"(pinterest) {
    const { cursor } = await pinterest.poll("boards.new", {});
    const made = await pinterest.run("boards.create", { name: "New" });
    const { events } = await pinterest.poll("boards.new", {}, cursor);
    const board = await pinterest.run("boards.get", { board_id: some(events[0]).data.id });
    return some(board.id === made.id ? board : undefined);
  },

  async "a choice is taken"(pinterest) {
    for await (const { value } of pinterest.choices("pins.create", "board_id")) {
      if (typeof value === "string") return pinterest.run("pins.create", { board_id: value, media_source: image });
    }
    return some(undefined);
  },

  async "figures of Pins"(pinterest) {
    const pins = await pinterest.run("pins.list", {}, { limit: 2 });
    const day = new Date(Date.now() - 5 * 86_400_000).toISOString().slice(0, 10);
    const period = { start_date: day, end_date: day };
    return pinterest.run("pin_analytics.get_many", {
      pin_ids: pins.map(({ id }) => id), ...period, metric_types: ["IMPRESSION", "SAVE"],
    });
  },

  async "a campaign, and an ad group in it"(pinterest) {
    const account = some((await pinterest.run("ad_accounts.list"))[0]);
    const ad_account_id = account.id;
    const made = await pinterest.run("campaigns.create", {
      ad_account_id, body: [{ ad_account_id, name: "Of flows", objective_type: "AWARENESS", status: "PAUSED" }],
    });
    const campaign = some(made.results?.[0]?.data);
    const groups = await pinterest.run("ad_groups.create", {
      ad_account_id, body: [{ campaign_id: campaign.id, name: "First", billable_event: "IMPRESSION" }],
    });
    const group: AdGroup = some(groups.results?.[0]?.data);
    return pinterest.run("ad_groups.get", { ad_account_id, ad_group_id: group.id });
  },

  async "campaigns are renamed"(pinterest) {
    const { id: ad_account_id } = some((await pinterest.run("ad_accounts.list"))[0]);
    const campaigns: Campaign[] = await pinterest.run("campaigns.list", { ad_account_id }, { limit: 2 });
    const body = campaigns.map(({ id, name }) => ({ id, ad_account_id, name: `${name ?? ""} 2` }));
    return pinterest.run("campaigns.update", { ad_account_id, body });
  },

  async "a list of customers, and its state"(pinterest) {
    const { id: ad_account_id } = some((await pinterest.run("ad_accounts.list"))[0]);
    const made = await pinterest.run("customer_lists.create", {
      ad_account_id, name: "Customers", list_type: "EMAIL", records: "a@example.com",
    });
    const { status } = await pinterest.run("customer_lists.get", { ad_account_id, customer_list_id: made.id });
    return some(status);
  },
};
