/** What workflows are watched with. */

/** Looks until there is something. */
export const until = async (what, ms, look) => {
  const end = Date.now() + ms;
  for (;;) {
    const found = await look();
    if (found) return found;
    if (Date.now() > end) throw new Error(`not within ${ms} ms: ${what}`);
    await new Promise((done) => setTimeout(done, 300));
  }
};

/** A node that sends each item to this machine. */
export const sender = (here) => ({
  name: "Send", type: "n8n-nodes-base.httpRequest", typeVersion: 4.2,
  parameters: {
    method: "POST", url: `${here.origin}/events`, sendBody: true, specifyBody: "json", jsonBody: "={{ JSON.stringify($json) }}",
  },
});
