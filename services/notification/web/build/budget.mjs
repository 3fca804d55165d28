// Holds the first load to its budget: what index.html names, plus the largest
// screen that a first visit may open. Fails with the numbers when it is over.
import { readFileSync, readdirSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const JS_BUDGET = 40 * 1024;
const CSS_BUDGET = 10 * 1024;

const dist = new URL('../dist/', import.meta.url);
const html = readFileSync(new URL('index.html', dist), 'utf8');
const gz = (name) => gzipSync(readFileSync(new URL(`assets/${name}`, dist)), { level: 9 }).length;
const raw = (name) => readFileSync(new URL(`assets/${name}`, dist)).length;

const files = readdirSync(new URL('assets/', dist)).filter((f) => /\.(js|css)$/.test(f));
const first = files.filter((f) => html.includes(f));
// The screen of the first visit after signing in.
const screen = files.filter((f) => /^(MyDay|Shell)-/.test(f));
const loaded = [...new Set([...first, ...screen])];

const js = loaded.filter((f) => f.endsWith('.js')).reduce((sum, f) => sum + gz(f), 0);
const css = loaded.filter((f) => f.endsWith('.css'));
const cssRaw = css.reduce((sum, f) => sum + raw(f), 0);
const cssGz = css.reduce((sum, f) => sum + gz(f), 0);
const whole = files.filter((f) => f.endsWith('.js')).reduce((sum, f) => sum + gz(f), 0);

console.log(`first load: ${js} B js (gz), css ${cssGz} B (gz), ${cssRaw} B raw; every screen: ${whole} B js (gz)`);
for (const f of files) console.log(`  ${String(raw(f)).padStart(7)}  ${String(gz(f)).padStart(6)} gz  ${f}`);
if (js > JS_BUDGET || cssGz > CSS_BUDGET) {
  console.error(`over the budget of ${JS_BUDGET} B js and ${CSS_BUDGET} B css, both gz`);
  process.exit(1);
}
