/** What each bundle does: a list, a write without a file, and an error. */

import { ConnectorError, connect } from "pinterest-connector";

/** @param {{ token: string, routes: Record<string, string>, name: string }} emulator `name`: of the board to make */
export async function use({ token, routes, name }) {
  const pinterest = connect({ credentials: { "access-token": token }, routes });
  const { id } = await pinterest.run("boards.create", { name });
  const listed = [];
  for await (const board of pinterest.list("boards.list")) listed.push(board.id);
  const error = await pinterest.run("boards.get", { board_id: "404" }).catch((error) => error);
  return { made: listed.includes(id), failed: error instanceof ConnectorError && error.kind };
}
