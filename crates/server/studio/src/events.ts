// Server-sent events out of an answer that is read as it comes. EventSource sends no header, so it could
// not say which key asks.

export type Sent = { event: string; data: string };

/** Takes events out of texts that may be cut anywhere. */
export class Events {
  private rest = "";
  private event = "";
  private data: string[] = [];

  push(text: string): Sent[] {
    const lines = (this.rest + text).split(/\r\n|\n|\r(?!$)/);
    this.rest = lines.pop() ?? "";
    const events: Sent[] = [];
    for (const line of lines) {
      if (line === "") {
        if (this.data.length > 0) events.push({ event: this.event || "message", data: this.data.join("\n") });
        this.event = "";
        this.data = [];
        continue;
      }
      const colon = line.indexOf(":");
      const name = colon < 0 ? line : line.slice(0, colon);
      const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
      if (name === "event") this.event = value;
      if (name === "data") this.data.push(value);
    }
    return events;
  }
}

export async function* read(answer: Response): AsyncGenerator<Sent> {
  if (!answer.body) return;
  const events = new Events();
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield* events.push(value);
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}
