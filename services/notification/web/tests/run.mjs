// Runs the tests against the real thing. BASE_URL, with ADMIN_EMAIL and ADMIN_PASSWORD, names a Docket that runs already;
// arguments name single files.

import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { credentials, start } from './system.mjs';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const files = process.argv.slice(2);
const specs = files.length ? files : readdirSync(here('.')).filter((f) => f.endsWith('.spec.mjs')).map((f) => here(f));
const own = process.env.BASE_URL ? null : await start();
const tests = spawn(process.execPath, ['--test', '--test-concurrency=1', ...specs], {
  env: { ...process.env, ...(own ? { ...credentials, BASE_URL: own.url } : {}) },
  stdio: 'inherit',
});
const code = await new Promise((ended) => tests.on('exit', ended));
await own?.stop();
process.exit(code ?? 1);
