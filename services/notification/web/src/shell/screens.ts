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
  load: Loader;
}

export const places: Place[] = [
  { path: '/', label: 'My day', icon: 'day', key: 'd', load: () => import('../myday/MyDay.svelte') },
  { path: '/board', label: 'Board', icon: 'board', key: 'b', load: () => import('../board/Board.svelte') },
  { path: '/list', label: 'List', icon: 'list', key: 'l', load: () => import('../list/List.svelte') },
  { path: '/inbox', label: 'Inbox', icon: 'inbox', key: 'i', load: () => import('../inbox/Inbox.svelte') },
  { path: '/people', label: 'People', icon: 'people', key: 'p', admin: true, load: () => import('../people/People.svelte') },
  { path: '/trash', label: 'Trash', icon: 'trash', key: 't', admin: true, load: () => import('../trash/Trash.svelte') },
  { path: '/profile', label: 'Profile', icon: 'person', key: 'u', load: () => import('../profile/Profile.svelte') },
];

const nowhere: Loader = () => import('./Nowhere.svelte');

export const open = (place: Place, admin: boolean): boolean => admin || !place.admin;

export function screenFor(path: string, admin: boolean): Loader {
  const place = places.find((p) => p.path === path || `${p.path}/` === path);
  return place && open(place, admin) ? place.load : nowhere;
}
