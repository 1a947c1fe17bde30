/**
 * `node pack.mjs <component.wasm> --out <folder>`: makes an npm package of a component and the driver.
 * It has no dependencies, and loads at once, by `import` as by `require`.
 */

import { cp, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

import { build } from "esbuild";

import { connect, load } from "./src/index.mjs";
import { write } from "./transpile.mjs";
import { readme } from "./pack/readme.mjs";
import { schemas } from "./pack/schemas.mjs";

const here = fileURLToPath(new URL(".", import.meta.url));

/** Texts of the licences, which lie at the root of the repository. */
const LICENSES = ["LICENSE-APACHE", "LICENSE-MIT"];

/**
 * @param {string} component its path
 * @param {string} out a new or empty folder
 */
export async function pack(component, out) {
  await mkdir(out, { recursive: true });
  if ((await readdir(out)).length > 0) throw new Error(`${out} is not empty`);
  const work = await mkdtemp(join(tmpdir(), "pack-"));
  try {
    const folder = join(work, "component");
    await write(component, "component", folder);
    const make = await load(folder);
    // Whoever uses the package has what the connector requires.
    const connector = connect(make, { extensions: make().connection.describe().requires });
    const { license, engines } = JSON.parse(await readFile(join(here, "package.json"), "utf8"));
    const manifest = { ...about(connector.describe()), license, engines };
    const files = {
      "package.json": `${JSON.stringify(manifest, null, 2)}\n`,
      "README.md": readme(manifest.name, connector),
      "schemas.d.ts": schemas(connector),
      "index.cjs": await bundle(join(folder, "component.js")),
    };
    for (const [name, text] of Object.entries(files)) await writeFile(join(out, name), text);
    for (const name of await readdir(folder)) {
      if (name.endsWith(".wasm")) await cp(join(folder, name), join(out, name));
    }
    await cp(join(here, "pack/files"), out, { recursive: true });
    for (const name of LICENSES) await cp(join(here, "../..", name), join(out, name));
    await cp(join(here, "src/types.d.ts"), join(out, "driver.d.cts"));
    for (const name of ["contract.d.ts", "connection.d.ts", "options.d.ts"]) {
      await cp(join(here, "src", name), join(out, name));
    }
    return manifest.name;
  } finally {
    await rm(work, { recursive: true });
  }
}

/**
 * `package.json`, from what the connector says about itself. There is one copy of the code, which
 * ES modules wrap, so that errors are of one class however the package was loaded.
 * @param {import("./src/types.d.ts").Descriptor} descriptor
 */
function about({ id, title, summary, version }) {
  return {
    name: `${id}-connector`,
    version,
    description: summary,
    keywords: [id, title, "connector", "webassembly"],
    main: "./index.cjs",
    types: "./index.d.cts",
    exports: {
      ".": {
        import: { types: "./index.d.mts", default: "./index.mjs" },
        require: { types: "./index.d.cts", default: "./index.cjs" },
      },
      "./package.json": "./package.json",
    },
    sideEffects: false,
  };
}

/** @param {string} component the component as JavaScript */
async function bundle(component) {
  const { outputFiles } = await build({
    entryPoints: [join(here, "pack/entry.mjs")],
    alias: { component },
    bundle: true,
    format: "cjs",
    platform: "node",
    target: "node20",
    write: false,
    logLevel: "warning",
  });
  return outputFiles[0].text;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values, positionals } = parseArgs({
    options: { out: { type: "string" } },
    allowPositionals: true,
  });
  const [component] = positionals;
  if (!component || !values.out) throw new Error("node pack.mjs <component.wasm> --out <folder>");
  console.log(`${await pack(component, values.out)} in ${values.out}`);
}
