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
const text = (name) => readFileSync(new URL(`assets/${name}`, dist), 'utf8');
const chunk = (start) => files.find((f) => f.startsWith(start) && f.endsWith('.js'));

/** A chunk and all it imports statically. */
function withImports(name, seen = new Set()) {
  if (!name || seen.has(name)) return seen;
  seen.add(name);
  for (const [, other] of text(name).matchAll(/(?:from|import)\s*["']\.\/([^"']+\.js)["']/g)) withImports(other, seen);
  return seen;
}

// What index.html names, and the frame and the screen of a first visit. The style
// of a chunk has the chunk's name.
const first = files.filter((f) => html.includes(f) && f.endsWith('.js'));
const scripts = new Set([...first, chunk('Shell-') ?? chunk('frame-'), chunk('MyDay-')].flatMap((name) => [...withImports(name)]));
const stem = (f) => f.replace(/-[\w-]{8}\.\w+$/, '');
const stems = new Set([...scripts].map(stem));
const loaded = [...scripts, ...files.filter((f) => f.endsWith('.css') && (html.includes(f) || stems.has(stem(f))))];

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
