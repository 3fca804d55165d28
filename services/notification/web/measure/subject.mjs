// What is measured: a Docket of its own (the debug build, or the program that DOCKET_BIN names), or the one that runs at BASE_URL.
// Says which first, and whether it serves the page as dist/ has it: numbers of another program or of a busy machine prove little.

import { readFileSync } from 'node:fs';
import { availableParallelism, loadavg } from 'node:os';
import { credentials, program, start } from '../tests/system.mjs';
import { world } from '../tests/world.mjs';

export async function subject() {
  const own = process.env.BASE_URL ? null : await start();
  if (own) Object.assign(process.env, credentials, { BASE_URL: own.url });
  const served = await (await fetch(process.env.BASE_URL)).text();
  const same = served === readFileSync(new URL('../dist/index.html', import.meta.url), 'utf8');
  console.log(`measured: ${own ? program : process.env.BASE_URL}, with ${same ? 'the page of dist/' : 'ANOTHER page than that of dist/'}, on ${availableParallelism()} processors at a load of ${loadavg()[0].toFixed(1)}`);
  const w = await world();
  return { w, end: () => w.close().then(() => own?.stop()) };
}
