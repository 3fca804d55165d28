// A refused or failed request, and the words a person gets to read about it.

import type { ProblemDetails } from './types';

/** Status 0 stands for "no answer at all". */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly details: ProblemDetails = {},
    readonly retryAfter: number | null = null,
    /** What was asked: says which part it is that does not answer. */
    path = '',
  ) {
    super(wordsFor(status, details, retryAfter, path));
    this.name = 'Problem';
  }

  /** The messages beside the fields, first one each. */
  get fields(): Record<string, string> {
    const out: Record<string, string> = {};
    for (const [field, messages] of Object.entries(this.details.errors ?? {})) {
      if (messages[0]) out[field] = aboutThis(messages[0]);
    }
    return out;
  }

  get unreachable(): boolean {
    return this.status === 0 || this.status === 502 || this.status === 503 || this.status === 504;
  }
}

/** Reads the body of a refusal; a body that is not problem+json is no reason to fail again. */
export async function problemFrom(reply: Response, path: string): Promise<Problem> {
  let details: ProblemDetails = {};
  try {
    details = (await reply.json()) as ProblemDetails;
  } catch {
    // The status alone has to do.
  }
  const wait = Number(reply.headers.get('Retry-After'));
  return new Problem(reply.status, details, wait > 0 ? wait : null, path);
}

/** Whatever was thrown, in words for a person. */
export function say(error: unknown): string {
  if (error instanceof Problem) return error.message;
  return 'Something went wrong in the page. Reload it and try again.';
}

/** The parts of Docket, as people know them. My day is put together by the part that keeps the notifications. */
const part = (path: string): string =>
  path.startsWith('/api/tasks') ? 'tasks' : /^\/api\/(notifications|users\/dashboard)/.test(path) ? 'notifications' : 'accounts';

function wordsFor(status: number, details: ProblemDetails, wait: number | null, path: string): string {
  if (status === 0) return 'Docket cannot be reached. Check your connection.';
  if (status === 429) return `Too many tries. Wait ${wait ? `${wait} seconds` : 'a moment'} and try again.`;
  if (status === 502 || status === 503 || status === 504) {
    // Which of its own parts it misses is not what a person asked for; that too many are signing in is.
    const told = /^Too many/.test(details.detail ?? '') ? details.detail : `The part of Docket that keeps the ${part(path)} is not answering.`;
    return `${told} Try again in a moment.`;
  }
  if (status >= 500) return 'Docket failed to do this. Nothing was changed; try again in a moment.';
  const wrong = Object.entries(details.errors ?? {});
  if (wrong.length > 0) return wrong.map(([field, messages]) => sentence(`${field.replaceAll('_', ' ')} ${messages[0] ?? 'is not acceptable'}`)).join(' ');
  const told = details.detail ?? details.title;
  if (told) return sentence(told);
  if (status === 403) return 'You are not allowed to do this.';
  if (status === 404) return 'This no longer exists, or is not yours to see.';
  return 'Docket did not accept this.';
}

/** The API says "is required" of a field; beside the field that wants a subject. */
function aboutThis(message: string): string {
  return sentence(/^[a-z]/.test(message) ? `this ${message}` : message);
}

function sentence(text: string): string {
  const trimmed = text.trim();
  const capital = trimmed.charAt(0).toUpperCase() + trimmed.slice(1);
  return /[.!?]$/.test(capital) ? capital : `${capital}.`;
}
