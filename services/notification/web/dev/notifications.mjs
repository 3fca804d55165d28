// The notification service, as far as the page needs it: lists, the stream, the dashboard.

import { db } from './data.mjs';
import { missing, now, page } from './reply.mjs';
import { view as userView } from './users.mjs';

const mine = (me) => db.notifications.filter((n) => n.user === me.id).sort((a, b) => (a.timestamp < b.timestamp ? 1 : -1));
const unread = (me) => mine(me).filter((n) => !n.is_read);

export function deliver(notification) {
  for (const stream of db.streams) {
    if (stream.user !== notification.user) continue;
    stream.res.write(`id: ${notification.id}\nevent: notification\ndata: ${JSON.stringify(notification)}\n\n`);
  }
  count(notification.user);
}

/** Tells whoever may see the task that it changed; they ask for it themselves. */
export function changed(task, before) {
  for (const stream of db.streams) {
    const user = db.users.find((u) => u.id === stream.user);
    if (user.role === 'admin' || [task.assignee_id, before?.assignee_id].includes(user.id)) stream.res.write(`event: task\ndata: {"id":"${task.id}"}\n\n`);
  }
}

function count(user) {
  const n = db.notifications.filter((x) => x.user === user && !x.is_read).length;
  for (const stream of db.streams) if (stream.user === user) stream.res.write(`event: unread\ndata: {"unread":${n}}\n\n`);
}

function find(me, id) {
  const row = db.notifications.find((n) => n.id === id && n.user === me.id);
  if (!row) throw missing();
  return row;
}

const DAY = 24 * 3600_000;

function dashboard(me) {
  const all = db.tasks.filter((t) => !t.deleted && t.assignee_id === me.id);
  const open = all.filter((t) => t.status !== 'completed').sort((a, b) => ((a.due_date ?? '9999') < (b.due_date ?? '9999') ? -1 : 1));
  const left = (t) => (t.due_date ? Date.parse(t.due_date) - Date.now() : Infinity);
  const soon = (t) => left(t) >= 0 && left(t) < DAY;
  const of = (status) => all.filter((t) => t.status === status).length;
  return {
    user: userView(me),
    tasks: open.slice(0, 20).map(({ deleted, ...t }) => ({ ...t, task_due: soon(t) })),
    notifications: unread(me).slice(0, 20),
    unread_notifications_count: unread(me).length,
    tasks_due_soon_count: open.filter(soon).length,
    tasks_overdue_count: open.filter((t) => left(t) < 0).length,
    tasks_by_status: { todo: of('todo'), 'in-progress': of('in-progress'), completed: of('completed') },
    sections: { user: 'ok', tasks: 'ok', notifications: 'ok' },
  };
}

export const routes = [
  ['GET', '/api/users/dashboard', ({ me }) => [200, dashboard(me)], 'user'],
  ['GET', '/api/notifications', ({ me, url }) => {
    const state = url.searchParams.get('state') ?? 'unread';
    return [200, page(url, mine(me).filter((n) => state === 'all' || n.is_read === (state === 'read')))];
  }, 'user'],
  ['GET', '/api/notifications/unread-count', ({ me }) => [200, { unread: unread(me).length }], 'user'],
  ['GET', '/api/notifications/stream', ({ me, res }) => {
    res.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
    res.write(`event: unread\ndata: {"unread":${unread(me).length}}\n\n`);
    const stream = { user: me.id, res };
    db.streams.add(stream);
    const beat = setInterval(() => res.write(': still here\n\n'), 15_000);
    res.on('close', () => (clearInterval(beat), db.streams.delete(stream)));
    return null;
  }, 'user'],
  ['POST', '/api/notifications/read-all', ({ me }) => {
    const rows = unread(me);
    for (const row of rows) Object.assign(row, { is_read: true, read_at: now() });
    count(me.id);
    return [200, { updated: rows.length }];
  }, 'user'],
  ['GET', '/api/notifications/:id', ({ me, params }) => [200, find(me, params.id)], 'user'],
  ['PATCH', '/api/notifications/:id', ({ me, params, body }) => {
    const row = Object.assign(find(me, params.id), { is_read: body.is_read, read_at: body.is_read ? now() : null });
    count(me.id);
    return [200, row];
  }, 'user'],
  ['DELETE', '/api/notifications/:id', ({ me, params }) => {
    const row = find(me, params.id);
    db.notifications = db.notifications.filter((n) => n !== row);
    count(me.id);
    return [204];
  }, 'user'],
];
