// The task service, as far as the page needs it.

import { addNotification, addTask, db } from './data.mjs';
import { changed as announce, deliver } from './notifications.mjs';
import { Refusal, forbidden, id, invalid, missing, now, page } from './reply.mjs';

export const view = ({ deleted, ...task }) => task;
const etag = (task) => `"${task.version}"`;
const name = (user) => user.username ?? user.email;

const RANK = ['none', 'low', 'medium', 'high', 'urgent'];
const keys = { due_date: (t) => t.due_date ?? '9999', created_at: (t) => t.created_at, updated_at: (t) => t.updated_at, priority: (t) => RANK.indexOf(t.priority), title: (t) => t.title.toLowerCase() };

function find(me, key, { deleted = false } = {}) {
  const task = db.tasks.find((t) => t.id === key && t.deleted === deleted);
  if (!task || (me.role !== 'admin' && task.assignee_id !== me.id)) throw missing();
  return task;
}

function parsed(body) {
  const errors = {};
  const out = {};
  if ('title' in body) (out.title = String(body.title).trim()) && out.title.length <= 255 ? 0 : (errors.title = ['must not be empty']);
  if ('description' in body) out.description = body.description;
  if ('status' in body) out.status = body.status;
  if ('priority' in body) out.priority = body.priority;
  if ('due_date' in body) {
    const day = /^\d{4}-\d\d-\d\d$/.test(body.due_date ?? '');
    if (body.due_date === null) out.due_date = null;
    else if (Number.isNaN(Date.parse(body.due_date))) errors.due_date = ['must be a date or a date with a time and an offset'];
    else out.due_date = day ? `${body.due_date}T23:59:59Z` : new Date(body.due_date).toISOString().replace(/\.\d+Z$/, 'Z');
  }
  if ('assigned_to' in body) {
    const who = body.assigned_to === null ? null : db.users.find((u) => u.is_active && (u.email === body.assigned_to || u.id === body.assigned_to));
    if (who === undefined) errors.assigned_to = ['is not the e-mail of an active user'];
    else [out.assigned_to, out.assignee_id] = [who?.email ?? null, who?.id ?? null];
  }
  if (Object.keys(errors).length) throw invalid(errors);
  return out;
}

function notify(userId, me, task, type, message) {
  const user = db.users.find((u) => u.id === userId);
  if (user && user.id !== me.id) deliver(addNotification(user, task, type, message));
}

function record(task, me, action, field = action, from = null, to = null) {
  db.history.push({ id: id(), task: task.id, action, field, from, to, actor: me.email, actor_id: me.id, at: now(), version: task.version });
}

function apply(task, change, me) {
  const before = { ...task };
  const changed = Object.keys(change).filter((k) => k !== 'assignee_id' && change[k] !== task[k]);
  if (changed.length === 0) return task;
  Object.assign(task, change, { version: task.version + 1, updated_at: now() });
  if ('status' in change) task.completed_at = change.status === 'completed' ? now() : null;
  for (const field of changed) record(task, me, 'changed', field, before[field], task[field]);
  announce(task, before);
  if (changed.includes('assigned_to')) {
    if (task.assignee_id) notify(task.assignee_id, me, task, before.assignee_id ? 're-assigned' : 'assigned', `${name(me)} assigned you “${task.title}”`);
    if (before.assignee_id) notify(before.assignee_id, me, task, 'unassigned', `“${task.title}” is no longer yours`);
  }
  if (changed.includes('status')) notify(task.created_by, me, task, 'status_changed', `${name(me)} moved “${task.title}” to ${task.status}`);
  return task;
}

export const routes = [
  ['GET', '/api/tasks', ({ me, url }) => {
    const f = Object.fromEntries(url.searchParams);
    if (f.deleted === 'true' && me.role !== 'admin') throw forbidden('Only an admin sees the trash.');
    let rows = db.tasks.filter((t) => t.deleted === (f.deleted === 'true') && (me.role === 'admin' || t.assignee_id === me.id));
    if (f.status) rows = rows.filter((t) => f.status.split(',').includes(t.status));
    if (f.priority) rows = rows.filter((t) => f.priority.split(',').includes(t.priority));
    if (f.assigned_to) rows = rows.filter((t) => (f.assigned_to === 'me' ? t.assignee_id === me.id : f.assigned_to === 'none' ? !t.assignee_id : t.assigned_to === f.assigned_to || t.assignee_id === f.assigned_to));
    if (f.due_before) rows = rows.filter((t) => t.due_date && t.due_date < f.due_before);
    if (f.due_after) rows = rows.filter((t) => t.due_date && t.due_date > f.due_after);
    if (f.overdue === 'true') rows = rows.filter((t) => t.status !== 'completed' && t.due_date && t.due_date < now());
    if (f.q) rows = rows.filter((t) => f.q.toLowerCase().split(/\s+/).every((w) => `${t.title} ${t.description}`.toLowerCase().includes(w)));
    const order = f.ordering ?? (me.role === 'admin' ? '-created_at' : 'due_date');
    const key = keys[order.replace('-', '')];
    if (!key) throw new Refusal(400, 'Bad query', { detail: `ordering: ${order} is not known.` });
    const sign = order.startsWith('-') ? -1 : 1;
    rows.sort((a, b) => (key(a) < key(b) ? -sign : key(a) > key(b) ? sign : a.id < b.id ? -1 : 1));
    return [200, page(url, rows.map(view))];
  }, 'user'],
  ['POST', '/api/tasks', ({ me, body }) => {
    if (!('title' in body)) throw invalid({ title: ['is required'] });
    const task = addTask({ ...parsed(body), created_by: me.id });
    record(task, me, 'created');
    announce(task);
    if (task.assignee_id) notify(task.assignee_id, me, task, 'assigned', `${name(me)} assigned you “${task.title}”`);
    return [201, view(task), { Location: `/api/tasks/${task.id}/`, ETag: etag(task) }];
  }, 'admin'],
  ['GET', '/api/tasks/:id', ({ me, params }) => {
    const task = find(me, params.id);
    return [200, view(task), { ETag: etag(task) }];
  }, 'user'],
  ['PATCH', '/api/tasks/:id', ({ me, params, body, req }) => {
    const task = find(me, params.id);
    if (me.role !== 'admin' && Object.keys(body).some((k) => k !== 'status')) throw forbidden('You may change the status only.');
    const expected = req.headers['if-match'];
    if (expected && expected !== etag(task)) throw new Refusal(412, 'Changed meanwhile', { detail: 'The task was changed by someone else.' });
    apply(task, parsed(body), me);
    return [200, view(task), { ETag: etag(task) }];
  }, 'user'],
  ['DELETE', '/api/tasks/:id', ({ me, params }) => {
    const task = find(me, params.id);
    task.deleted = true;
    record(task, me, 'deleted');
    announce(task);
    return [204];
  }, 'admin'],
  ['POST', '/api/tasks/:id/restore', ({ me, params }) => {
    const task = find(me, params.id, { deleted: true });
    task.deleted = false;
    record(task, me, 'restored');
    announce(task);
    return [200, view(task)];
  }, 'admin'],
  ['GET', '/api/tasks/:id/history', ({ me, params, url }) => {
    const task = find(me, params.id);
    return [200, page(url, db.history.filter((h) => h.task === task.id).reverse())];
  }, 'user'],
];
