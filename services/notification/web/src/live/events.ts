// Reads `text/event-stream` from chunks of text. By hand, because EventSource
// cannot send an Authorization header and a token does not belong in a URL.

export interface ServerEvent {
  id: string | null;
  type: string;
  data: string;
}

export class EventReader {
  #rest = '';
  #id: string | null = null;
  #type = '';
  #data: string[] = [];

  constructor(private readonly onEvent: (event: ServerEvent) => void) {}

  push(text: string): void {
    const lines = (this.#rest + text).split(/\r\n|\n|\r(?!$)/);
    this.#rest = lines.pop() ?? '';
    for (const line of lines) this.#line(line);
  }

  #line(line: string): void {
    if (line === '') return this.#dispatch();
    if (line.startsWith(':')) return;
    const colon = line.indexOf(':');
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'data') this.#data.push(value);
    else if (field === 'event') this.#type = value;
    else if (field === 'id') this.#id = value;
  }

  #dispatch(): void {
    if (this.#data.length > 0) {
      this.onEvent({ id: this.#id, type: this.#type || 'message', data: this.#data.join('\n') });
    }
    this.#type = '';
    this.#data = [];
  }
}
