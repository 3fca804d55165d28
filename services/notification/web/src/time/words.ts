// Times as people say them, in the user's zone.

import { locale } from '../ui/counts';
import { later } from '../ui/turns';
import { wall } from './zone';

/** What writes times is dear to make, a twentieth of a second each on a phone: made one by one before there is anything to write. */
export function prepare(zone: () => string): void {
  const now = Date.now();
  later(() => wall(now, zone()));
  later(() => part(now, zone(), { weekday: 'short' }));
  later(() => ago(new Date(now + HOUR).toISOString(), now));
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

let relative: Intl.RelativeTimeFormat | undefined;

/** "just now", "5 minutes ago", "in 3 hours", "yesterday". */
export function ago(instant: string, now: number): string {
  const ms = Date.parse(instant) - now;
  const size = Math.abs(ms);
  relative ??= new Intl.RelativeTimeFormat('en', { numeric: 'auto' });
  if (size < MINUTE) return 'just now';
  if (size < HOUR) return relative.format(Math.round(ms / MINUTE), 'minute');
  if (size < DAY) return relative.format(Math.round(ms / HOUR), 'hour');
  if (size < 30 * DAY) return relative.format(Math.round(ms / DAY), 'day');
  if (size < 365 * DAY) return relative.format(Math.round(ms / (30 * DAY)), 'month');
  return relative.format(Math.round(ms / (365 * DAY)), 'year');
}

/** "in 3 hours", "tomorrow, 14:00", "Fri", "2 days late". */
export function due(instant: string, now: number, zone: string): string {
  const at = Date.parse(instant);
  if (at < now) return `${spanOf(now - at)} late`;
  const then = wall(at, zone);
  const present = wall(now, zone);
  const days = dayNumber(then.date) - dayNumber(present.date);
  const wholeDay = then.time === '23:59:59';
  if (days === 0) return wholeDay ? 'today' : ago(instant, now).replace('just now', 'now');
  if (days === 1) return wholeDay ? 'tomorrow' : `tomorrow, ${clockTime(at, zone)}`;
  if (days < 7) return part(at, zone, { weekday: 'short' }) + (wholeDay ? '' : `, ${clockTime(at, zone)}`);
  const year = then.date.slice(0, 4) === present.date.slice(0, 4) ? {} : ({ year: 'numeric' } as const);
  return part(at, zone, { day: 'numeric', month: 'short', ...year });
}

/** The whole truth, for a tooltip: "Friday, 1 May 2026 at 14:00 CEST". */
export function exact(instant: string, zone: string): string {
  const at = Date.parse(instant);
  return `${part(at, zone, { dateStyle: 'full' })}, ${part(at, zone, { hour: '2-digit', minute: '2-digit', timeZoneName: 'short' })}`;
}

/** Puts the whole truth into the tooltip when the pointer comes: for most of many rows nobody asks. */
export const exactly = (instant: string, zone: string) => ({ currentTarget }: { currentTarget: HTMLElement }) => (currentTarget.title = exact(instant, zone));

/** "Tue 18:00", for a moment of the next days. */
export const moment = (at: number, zone: string): string => part(at, zone, { weekday: 'short', hour: '2-digit', minute: '2-digit' });

/** "Tuesday, 24 November" */
export const today = (now: number, zone: string): string => part(now, zone, { weekday: 'long', day: 'numeric', month: 'long' });

function spanOf(ms: number): string {
  const [n, unit] = ms < HOUR ? [ms / MINUTE, 'minute'] : ms < 2 * DAY ? [ms / HOUR, 'hour'] : [ms / DAY, 'day'];
  const whole = Math.max(1, Math.floor(n as number));
  return `${whole} ${unit}${whole === 1 ? '' : 's'}`;
}

const dayNumber = (date: string): number => Math.round(Date.parse(`${date}T00:00:00Z`) / DAY);

const clockTime = (at: number, zone: string): string => part(at, zone, { hour: 'numeric', minute: '2-digit' });

const made = new Map<string, Intl.DateTimeFormat>();

function part(at: number, zone: string, options: Intl.DateTimeFormatOptions): string {
  const key = zone + JSON.stringify(options);
  let format = made.get(key);
  if (!format) made.set(key, (format = new Intl.DateTimeFormat(locale, { timeZone: zone, ...options })));
  return format.format(at);
}
