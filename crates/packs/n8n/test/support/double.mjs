/** A service that is not there: what it is asked for, and what it says. */

import { once } from "node:events";
import { createServer } from "node:http";

/** @param {(request: { method: string, url: string, body: string }) => [number, unknown?]} answer a status and a body */
export async function double(answer) {
  const asked = [];
  const server = createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const { method, url } = request;
    asked.push(`${method} ${url}`);
    const [status, said] = answer({ method, url, body: Buffer.concat(chunks).toString() });
    response.writeHead(status, { "content-type": "application/json" }).end(said && JSON.stringify(said));
  });
  server.listen(0, "127.0.0.1").unref();
  await once(server, "listening");
  return {
    asked,
    origin: `http://127.0.0.1:${server.address().port}`,
    end: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
