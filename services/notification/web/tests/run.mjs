// Runs the tests against the real thing: in as many lanes as there are processors, two at most, each with a Docket of its own.
// BASE_URL, with ADMIN_EMAIL and ADMIN_PASSWORD, names one that runs already; arguments name single files.

import { spawn } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { credentials, start } from './system.mjs';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const files = process.argv.slice(2);
const specs = files.length ? files : readdirSync(here('.')).filter((f) => f.endsWith('.spec.mjs')).map((f) => here(f));

/** The tests of one Docket, one file after the other; what they say is one piece. */
async function run(specs) {
  const own = process.env.BASE_URL ? null : await start();
  const tests = spawn(process.execPath, ['--test', '--test-concurrency=1', ...specs], {
    env: { ...process.env, ...(own ? { ...credentials, BASE_URL: own.url } : {}) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  tests.stdout.on('data', (text) => (said += text));
  const code = await new Promise((ended) => tests.on('close', ended));
  await own?.stop();
  process.stdout.write(said);
  return code;
}

// Dealt from the longest on, whose tests take longest too.
specs.sort((a, b) => statSync(b).size - statSync(a).size);
const lanes = process.env.BASE_URL ? 1 : Math.min(2, availableParallelism(), specs.length);
const codes = await Promise.all(Array.from({ length: lanes }, (_, lane) => run(specs.filter((_, i) => i % lanes === lane))));
process.exitCode = codes.every((code) => code === 0) ? 0 : 1;
