// The states of a delivery, as the page calls and colours them.

import type { Delivery } from '../api/types';

export const states: { value: Delivery['status']; label: string; tone: '' | 'good' | 'bad' | 'warn' }[] = [
  { value: 'queued', label: 'Waiting', tone: 'warn' },
  { value: 'sent', label: 'Sent', tone: 'good' },
  { value: 'failed', label: 'Failed', tone: 'bad' },
  { value: 'skipped', label: 'Not wanted', tone: '' },
  { value: 'gathered', label: 'Gathered', tone: '' },
  { value: 'digested', label: 'In a digest', tone: '' },
];

export const stateOf = (status: Delivery['status']) => states.find((s) => s.value === status) ?? { label: status, tone: '' as const };
