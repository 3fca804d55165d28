// A Docket of one's own, as `cargo build` left it (or DOCKET_BIN), on a database that goes away with it.

import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
export const credentials = { ADMIN_EMAIL: 'admin@example.com', ADMIN_PASSWORD: 'correct-horse-9' };

/** The program that is started: the debug build, or what DOCKET_BIN names. */
export const program = process.env.DOCKET_BIN ?? here('../../../../target/debug/docket');

export async function start() {
  const data = mkdtempSync(`${tmpdir()}/docket-page-`);
  // As root, Postgres runs as somebody else, and Docket falls back on /var/lib/docket where that one may not enter: the tests
  // would meet what earlier runs have left there.
  chmodSync(data, 0o755);
  const child = spawn(program, ['--listen', '127.0.0.1:0', '--data-dir', data, '--broker', 'postgres', '--bcrypt-cost', '4'], {
    // Everybody in these tests comes from one address, and much faster than people do.
    env: { ...process.env, ...credentials, RATE_PER_SECOND: '10000', RATE_BURST: '20000', REGISTRATIONS_PER_HOUR: '100000', LOGIN_CLIENT_FAILURES: '100000', EMAIL_VERIFICATION: 'false' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  process.on('exit', () => child.kill()); // also when what needed it has failed
  let said = '';
  const url = await new Promise((found, failed) => {
    child.stdout.on('data', (text) => {
      said += text;
      const address = /Page\s+(http:\S+?)\/?\n/.exec(said)?.[1];
      if (address) found(address);
    });
    child.stderr.on('data', (text) => (said += text));
    child.on('error', failed);
    child.on('exit', (code) => failed(new Error(`Docket ended with ${code}:\n${said}`)));
  });
  const stop = () =>
    new Promise((ended) => {
      child.removeAllListeners('exit');
      child.on('exit', () => {
        rmSync(data, { recursive: true, force: true });
        ended();
      });
      child.kill('SIGTERM');
    });
  return { url, stop };
}
