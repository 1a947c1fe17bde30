// Where the server tells what the connector of a connection can do.

import type { Connection } from "./types";

export const catalogue = (connection: Connection, ...rest: string[]) =>
  ["/v1/connectors", connection.connector, ...rest]
    .map((part, index) => (index === 0 ? part : encodeURIComponent(part)))
    .join("/");
