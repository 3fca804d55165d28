// Wall-clock time in a named zone, both ways.

import { locale } from '../ui/counts';

export interface Wall {
  /** `YYYY-MM-DD` */
  date: string;
  /** `HH:MM:SS` */
  time: string;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function format(zone: string): Intl.DateTimeFormat {
  let found = formats.get(zone);
  if (!found) {
    // In the page's own language: another one's data would be loaded for this alone.
    found = new Intl.DateTimeFormat(locale, { timeZone: zone, calendar: 'gregory', numberingSystem: 'latn', year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' });
    formats.set(zone, found);
  }
  return found;
}

export function wall(instant: number, zone: string): Wall {
  const part: Partial<Record<Intl.DateTimeFormatPartTypes, string>> = {};
  for (const { type, value } of format(zone).formatToParts(instant)) part[type] = value;
  return { date: `${part.year?.padStart(4, '0')}-${part.month}-${part.day}`, time: `${part.hour}:${part.minute}:${part.second}` };
}

/** The instant at which clocks in `zone` show this; in a gap, the moment after it. */
export function instantOf(date: string, time: string, zone: string): Date {
  const asUtc = Date.parse(`${date}T${time}Z`);
  let guess = asUtc - offset(asUtc, zone);
  guess = asUtc - offset(guess, zone); // once more: the first guess may lie across a clock change
  return new Date(guess);
}

function offset(instant: number, zone: string): number {
  const { date, time } = wall(instant, zone);
  return Date.parse(`${date}T${time}Z`) - Math.floor(instant / 1000) * 1000;
}

export const browserZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC';

export const zones = (): string[] => ['UTC', ...Intl.supportedValuesOf('timeZone').filter((z) => z !== 'UTC')];

/** The server may know zones that this browser does not: those fall back to UTC. */
export function knownZone(zone: string | undefined): string {
  try {
    format(zone ?? 'UTC');
    return zone ?? 'UTC';
  } catch {
    return 'UTC';
  }
}
