// Makes the types from docs/openapi.json, compiles generated.ts against them, and lets it work.

import { execFileSync } from "node:child_process";
import { copyFileSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath, pathToFileURL } from "node:url";

const here = fileURLToPath(new URL(".", import.meta.url));
const packages = join(process.env.PACKAGES, "node_modules");
const directory = mkdtempSync(join(tmpdir(), "docket-client-"));
const run = (program, ...words) =>
  execFileSync(join(packages, ".bin", program), words, { cwd: directory, stdio: ["ignore", 2, 2] });

try {
  symlinkSync(packages, join(directory, "node_modules"));
  copyFileSync(join(here, "generated.ts"), join(directory, "generated.mts"));
  run("openapi-typescript", join(here, "../../../../docs/openapi.json"), "--output", "schema.d.ts");
  run("tsc", "--strict", "--target", "es2022", "--module", "nodenext", "--lib", "es2022,dom,dom.iterable", "generated.mts");
  const { work } = await import(pathToFileURL(join(directory, "generated.mjs")).href);
  for await (const line of createInterface({ input: process.stdin })) {
    console.log(JSON.stringify(await work(JSON.parse(line))));
    break;
  }
} finally {
  rmSync(directory, { recursive: true, force: true });
}
