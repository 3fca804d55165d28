// The same in JavaScript. Input: secret, headers, body as JSON.

import { createRequire } from 'node:module';
import { text } from 'node:stream/consumers';

// Packages lie in .ci, not above this file.
const { Webhook } = createRequire(`${process.env.PACKAGES}/`)('standardwebhooks');

const given = JSON.parse(await text(process.stdin));
try {
  const data = new Webhook(given.secret).verify(given.body, given.headers);
  console.log(JSON.stringify({ verified: true, data }));
} catch (error) {
  console.log(JSON.stringify({ verified: false, why: String(error) }));
}
