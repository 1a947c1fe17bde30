/**
 * Stands between n8n and the service: n8n sends its requests through a proxy, as it can, and finds there
 * what stands in for the service. So the pack is the one that people install.
 */

import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { createServer, request } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { join } from "node:path";

/**
 * Makes a certificate that nobody else trusts, and starts the proxy on loopback.
 * @param {string} folder for the certificate
 * @param {Record<string, string>} routes origins of the service, and the places that stand in for them
 */
export async function proxy(folder, routes) {
  const [key, certificate] = ["key.pem", "certificate.pem"].map((name) => join(folder, name));
  const hosts = Object.keys(routes).map((origin) => new URL(origin).hostname);
  const config = join(folder, "openssl.cnf");
  writeFileSync(config, [
    "[req]", "distinguished_name = name", "x509_extensions = all", "prompt = no",
    "[name]", "CN = test", "[all]", "basicConstraints = critical, CA:true",
    `subjectAltName = ${hosts.map((host) => `DNS:${host}`).join()}`,
  ].join("\n"));
  execFileSync("openssl", ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-keyout", key,
    "-out", certificate, "-config", config], { stdio: "ignore" });
  /** What was asked for, without what was sent. */
  const asked = [];

  const service = createTlsServer({ key: readFileSync(key), cert: readFileSync(certificate) }, (from, to) => {
    asked.push(`${from.method} ${from.headers.host}${from.url}`);
    const place = new URL(routes[`https://${from.headers.host}`]);
    const path = place.pathname.replace(/\/$/, "") + from.url;
    const { hostname, port } = place;
    const onward = request({ hostname, port, path, method: from.method, headers: { ...from.headers, host: place.host } });
    onward.on("response", (answer) => {
      to.writeHead(answer.statusCode, answer.headers);
      answer.pipe(to);
    });
    onward.on("error", () => to.destroy());
    from.pipe(onward);
  });

  const server = createServer((_, answer) => answer.writeHead(403).end());
  server.on("connect", ({ url }, socket, head) => {
    if (!Object.hasOwn(routes, `https://${url.replace(/:443$/, "")}`)) {
      asked.push(`CONNECT ${url}: refused`);
      socket.end("HTTP/1.1 403 Forbidden\r\n\r\n");
      return;
    }
    socket.on("error", () => socket.destroy());
    socket.write("HTTP/1.1 200 Connected\r\n\r\n");
    if (head.length > 0) socket.unshift(head);
    service.emit("connection", socket);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    asked,
    certificate,
    url: `http://127.0.0.1:${server.address().port}`,
    end: () => {
      server.closeAllConnections();
      service.closeAllConnections();
      server.close();
    },
  };
}
