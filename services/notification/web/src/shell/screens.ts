// Which screen an address shows. Each is a chunk of its own, loaded when opened.

import type { Component } from 'svelte';
import type { IconName } from '../ui/Icon.svelte';

type Loader = () => Promise<{ default: Component }>;

export interface Place {
  path: string;
  label: string;
  icon: IconName;
  /** The second key of its shortcut, after `g`. */
  key: string;
  admin?: boolean;
  /** Reached from the account menu and by its tabs, not from the rail. */
  mine?: boolean;
  load: Loader;
}

export const places: Place[] = [
  { path: '/', label: 'My day', icon: 'day', key: 'd', load: () => import('../myday/MyDay.svelte') },
  { path: '/board', label: 'Board', icon: 'board', key: 'b', load: () => import('../board/Board.svelte') },
  { path: '/list', label: 'List', icon: 'list', key: 'l', load: () => import('../list/List.svelte') },
  { path: '/inbox', label: 'Inbox', icon: 'inbox', key: 'i', load: () => import('../inbox/Inbox.svelte') },
  { path: '/people', label: 'People', icon: 'people', key: 'p', admin: true, load: () => import('../people/People.svelte') },
  { path: '/trash', label: 'Trash', icon: 'trash', key: 't', admin: true, load: () => import('../trash/Trash.svelte') },
  { path: '/transfer', label: 'Import & export', icon: 'files', key: 'x', admin: true, load: () => import('../transfer/Transfer.svelte') },
  { path: '/deliveries', label: 'Deliveries', icon: 'mail', key: 'm', admin: true, load: () => import('../deliveries/Deliveries.svelte') },
  { path: '/audit', label: 'Audit log', icon: 'book', key: 'a', admin: true, load: () => import('../audit/Audit.svelte') },
  { path: '/health', label: 'Health', icon: 'pulse', key: 'h', admin: true, load: () => import('../health/Health.svelte') },
  { path: '/profile', label: 'Profile', icon: 'person', key: 'u', mine: true, load: () => import('../profile/Profile.svelte') },
  { path: '/preferences', label: 'Preferences', icon: 'bell', key: 'e', mine: true, load: () => import('../preferences/Preferences.svelte') },
  { path: '/security', label: 'Security', icon: 'shield', key: 's', mine: true, load: () => import('../security/Security.svelte') },
  { path: '/connections', label: 'Connections', icon: 'plug', key: 'c', mine: true, load: () => import('../connections/Connections.svelte') },
];

const nowhere: Loader = () => import('./Nowhere.svelte');

export const open = (place: Place, admin: boolean): boolean => admin || !place.admin;

export function screenFor(path: string, admin: boolean): Loader {
  const place = places.find((p) => p.path === path || `${p.path}/` === path);
  return place && open(place, admin) ? place.load : nowhere;
}
