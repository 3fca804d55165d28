// Follows the stream with npm's eventsource; prints each event as a line of JSON. Input: URL, token as JSON.

import { createRequire } from 'node:module';
import { text } from 'node:stream/consumers';

const { EventSource } = createRequire(`${process.env.PACKAGES}/`)('eventsource');

const { url, token } = JSON.parse(await text(process.stdin));
const source = new EventSource(url, {
  fetch: (input, init) => fetch(input, { ...init, headers: { ...init.headers, Authorization: `Bearer ${token}` } }),
});
for (const kind of ['notification', 'unread']) {
  source.addEventListener(kind, ({ type, lastEventId, data }) => {
    console.log(JSON.stringify({ event: type, id: lastEventId, data: JSON.parse(data) }));
  });
}
