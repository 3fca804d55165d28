// What the mock knows at start: five people and a month of work.

import { id, now } from './reply.mjs';

export const db = { users: [], tasks: [], notifications: [], history: [], sessions: [], access: new Map(), streams: new Set(), resets: new Map() };

const HOUR = 3600_000;
const at = (hours) => new Date(Date.now() + hours * HOUR).toISOString().replace(/\.\d+Z$/, 'Z');

export function addUser(fields) {
  const user = { id: id(), email: '', username: null, role: 'user', is_active: true, timezone: 'UTC', created_at: now(), updated_at: now(), password: '', ...fields };
  db.users.push(user);
  return user;
}

export function addTask(fields) {
  const task = { id: id(), title: '', description: '', status: 'todo', priority: 'none', due_date: null, assigned_to: null, assignee_id: null, created_by: null, version: 1, created_at: now(), updated_at: now(), completed_at: null, deleted: false, ...fields };
  db.tasks.push(task);
  return task;
}

export function seed() {
  const password = 'correct-horse-9';
  const admin = addUser({ email: 'admin@example.com', username: 'Ada Admin', role: 'admin', timezone: 'Europe/Berlin', password });
  const sam = addUser({ email: 'sam.reed@example.com', username: 'Sam Reed', timezone: 'Europe/London', password });
  const lin = addUser({ email: 'lin.park@example.com', username: 'Lin Park', timezone: 'Asia/Seoul', password });
  addUser({ email: 'tom@example.com', password, is_active: false });
  addUser({ email: 'newcomer@example.com', username: 'New Comer', password });
  const rows = [
    ['Send the September invoices', 'todo', 'urgent', -30, admin], ['Renew the certificate of the payment gateway', 'in-progress', 'high', 3, admin],
    ['Review the onboarding guide', 'todo', 'medium', 20, admin], ['Plan the winter release', 'todo', 'none', 24 * 6, admin],
    ['Interview with the second candidate', 'todo', 'low', 24 * 2, sam], ['Fix the broken link in the newsletter', 'todo', 'high', 2, sam],
    ['Write the post-mortem of Tuesday’s outage', 'in-progress', 'urgent', -5, sam], ['Order a new coffee grinder', 'todo', 'low', null, sam],
    ['Translate the help pages into Korean', 'in-progress', 'medium', 24 * 9, lin], ['Migrate the reports to the new schema, check them against last quarter and ask finance to sign them off', 'todo', 'medium', 24 * 4, lin],
    ['Decide on the venue of the offsite', 'todo', 'none', 24 * 30, null], ['Close the old support mailbox', 'completed', 'none', -48, sam],
    ['Publish the accessibility statement', 'completed', 'medium', -20, admin], ['Update the printer firmware', 'completed', 'low', null, lin],
  ];
  for (const [title, status, priority, due, who] of rows) {
    addTask({ title, status, priority, due_date: due === null ? null : at(due), assigned_to: who?.email ?? null, assignee_id: who?.id ?? null, created_by: admin.id, description: title.includes('gateway') ? 'It ends this week. The new one must be on both hosts before the old one goes.' : '', completed_at: status === 'completed' ? now() : null, created_at: at(-100), updated_at: at(-Math.random() * 90) });
  }
  const [first, second, third] = db.tasks;
  addNotification(admin, first, 'task_overdue', `“${first.title}” is overdue`, -29);
  addNotification(admin, second, 'task_due', `“${second.title}” is due in 3 hours`, -1);
  addNotification(admin, third, 'assigned', `Sam Reed assigned you “${third.title}”`, -0.2);
  addNotification(admin, db.tasks[11], 'status_changed', `Sam Reed moved “${db.tasks[11].title}” to completed`, -50, true);
}

export function addNotification(user, task, type, message, hours = 0, is_read = false) {
  const row = { id: id(), user: user.id, task: task.id, task_title: task.title, type, message, actor: null, is_read, read_at: is_read ? now() : null, timestamp: at(hours) };
  db.notifications.push(row);
  return row;
}
