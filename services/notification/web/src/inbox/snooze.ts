// When a snoozed notification comes back: moments people think in, in their own zone.

import { instantOf, wall } from '../time/zone';
import { moment } from '../time/words';

export interface Snooze {
  label: string;
  hint: string;
  until: string;
}

const DAY = 24 * 3600_000;
const plain = (at: number): string => new Date(at).toISOString().replace(/\.\d+Z$/, 'Z');

export function snoozes(now: number, zone: string): Snooze[] {
  const onDay = (days: number, hour: number): number => instantOf(wall(now + days * DAY, zone).date, `${String(hour).padStart(2, '0')}:00:00`, zone).getTime();
  const weekday = new Date(`${wall(now, zone).date}T00:00:00Z`).getUTCDay();
  const choices = [
    { label: 'In an hour', at: now + 3600_000 },
    { label: 'This evening', at: onDay(0, 18) },
    { label: 'Tomorrow morning', at: onDay(1, 9) },
    { label: 'Next week', at: onDay(((8 - weekday) % 7) || 7, 9) },
  ];
  return choices.filter((c) => c.at > now + 60_000).map(({ label, at }) => ({ label, hint: moment(at, zone), until: plain(at) }));
}
