// Counts as the reader writes them: 5,268.

/** The page speaks English; how days and numbers are written follows an English reader's habit. */
export const locale = navigator.language.startsWith('en') ? navigator.language : 'en-GB';

/** What an English reader's habit writes differs from a thousand on, and the first that is asked for loads it: a tenth of a second
 * on a phone. */
export const count = (n: number): string => (n < 1000 ? String(n) : n.toLocaleString(locale));

/** "1 task", "5,268 tasks" */
export const many = (n: number, thing: string): string => `${count(n)} ${thing}${n === 1 ? '' : 's'}`;
