// The user service, as far as the page needs it.

import { randomBytes } from 'node:crypto';
import { addUser, db } from './data.mjs';
import { Refusal, forbidden, id, invalid, missing, now, page } from './reply.mjs';

export const view = ({ password, ...user }) => user;
const token = () => randomBytes(18).toString('base64url');
const byEmail = (email) => db.users.find((u) => u.email.toLowerCase() === String(email).toLowerCase());

function checkPassword(password, field, email = '') {
  if (!password) return { [field]: ['is required'] };
  if (password.length < 10) return { [field]: ['must have at least 10 characters'] };
  if (password.toLowerCase() === email.split('@')[0]?.toLowerCase()) return { [field]: ['must not be the first part of the e-mail'] };
  return {};
}

const COOKIE = 'docket_session';
const cookie = (value, age) => ({ 'Set-Cookie': `${COOKIE}=${value}; HttpOnly; SameSite=Strict; Path=/; Max-Age=${age}` });
const cookieOf = (req) => new RegExp(`${COOKIE}=([^;]+)`).exec(req.headers.cookie ?? '')?.[1];

/** The session of the token in the body, or else of the cookie, which is for the page alone. */
function sessionOf({ body, req }) {
  const held = body.refresh ?? cookieOf(req);
  if (!held) throw invalid({ refresh: ['is required where there is no session cookie'] });
  if (!body.refresh && req.headers['sec-fetch-site'] !== 'same-origin') throw forbidden('A cookie session is for the page.');
  return db.sessions.find((s) => s.refresh === held);
}

function open(user, session, byCookie) {
  session.refresh = token();
  const access = token();
  db.access.set(access, { user: user.id, session: session.id, until: Date.now() + 600_000 });
  return { access, refresh: byCookie ? null : session.refresh, token_type: 'Bearer', expires_in: 600 };
}

function endSession(session) {
  db.sessions = db.sessions.filter((s) => s !== session);
  for (const [access, held] of db.access) if (held.session === session.id) db.access.delete(access);
}

function lastAdmin(user) {
  return user.role === 'admin' && user.is_active && db.users.filter((u) => u.role === 'admin' && u.is_active).length === 1;
}

export const routes = [
  ['POST', '/api/users/register', ({ body }) => {
    const errors = { ...(/.+@.+\..+/.test(body.email ?? '') ? {} : { email: ['must be an e-mail address'] }), ...checkPassword(body.password, 'password', body.email) };
    if (Object.keys(errors).length) throw invalid(errors);
    if (byEmail(body.email)) throw new Refusal(409, 'Taken', { detail: 'This e-mail is in use.', errors: { email: ['is in use already'] } });
    return [201, view(addUser({ email: body.email, username: body.username ?? null, timezone: body.timezone ?? 'UTC', password: body.password }))];
  }],
  ['POST', '/api/users/login', ({ body, req }) => {
    const user = byEmail(body.email);
    if (!user || user.password !== body.password || !user.is_active) throw new Refusal(401, 'Unauthorized', { detail: 'Wrong e-mail or password.' });
    const session = { id: id(), user: user.id, created_at: now(), last_used_at: now(), expires_at: new Date(Date.now() + 30 * 86_400_000).toISOString(), client_address: '127.0.0.1', user_agent: req.headers['user-agent'] };
    db.sessions.push(session);
    const byCookie = body.session === 'cookie';
    return [200, { ...open(user, session, byCookie), id: user.id, email: user.email, role: user.role }, byCookie ? cookie(session.refresh, 2592000) : {}];
  }],
  ['POST', '/api/users/token/refresh', ({ body, req }) => {
    const session = sessionOf({ body, req });
    if (!session) throw new Refusal(401, 'Unauthorized', { detail: 'This session is over.' });
    session.last_used_at = now();
    const byCookie = !body.refresh;
    const pair = open(db.users.find((u) => u.id === session.user), session, byCookie);
    return [200, pair, byCookie ? cookie(session.refresh, 2592000) : {}];
  }],
  ['POST', '/api/users/logout', ({ body, req }) => {
    const session = sessionOf({ body, req });
    if (session) endSession(session);
    return [204, undefined, body.refresh ? {} : cookie('', 0)];
  }],
  ['POST', '/api/users/password-reset', () => [202]],
  ['POST', '/api/users/password-reset/confirm', ({ body }) => {
    const errors = checkPassword(body.new_password, 'new_password');
    if (Object.keys(errors).length) throw invalid(errors);
    throw invalid({ token: ['is not valid, or not any more'] });
  }],
  ['GET', '/api/users/me', ({ me }) => [200, view(me)], 'user'],
  ['PATCH', '/api/users/me', ({ me, body }) => {
    if (body.email && body.current_password !== me.password) throw invalid({ current_password: ['is not your password'] });
    if (body.username !== undefined && body.username !== null && body.username.length > 150) throw invalid({ username: ['must have 150 characters at most'] });
    const { current_password, ...change } = body;
    Object.assign(me, change, { updated_at: now() });
    return [200, view(me)];
  }, 'user'],
  ['POST', '/api/users/me/password', ({ me, body, session }) => {
    if (body.current_password !== me.password) throw invalid({ current_password: ['is not your password'] });
    const errors = checkPassword(body.new_password, 'new_password', me.email);
    if (Object.keys(errors).length) throw invalid(errors);
    me.password = body.new_password;
    for (const other of db.sessions.filter((s) => s.user === me.id && s.id !== session)) endSession(other);
    return [204];
  }, 'user'],
  ['GET', '/api/users/me/sessions', ({ me, session }) => [200, { next: null, previous: null, results: db.sessions.filter((s) => s.user === me.id).map(({ refresh, user, ...s }) => ({ ...s, current: s.id === session })) }], 'user'],
  ['DELETE', '/api/users/me/sessions/:id', ({ me, params }) => {
    const session = db.sessions.find((s) => s.id === params.id && s.user === me.id);
    if (!session) throw missing();
    endSession(session);
    return [204];
  }, 'user'],
  ['GET', '/api/users', ({ url }) => {
    const { q, role, is_active } = Object.fromEntries(url.searchParams);
    const hit = (u) => !q || `${u.email} ${u.username ?? ''}`.toLowerCase().includes(q.toLowerCase());
    return [200, page(url, db.users.filter((u) => hit(u) && (!role || u.role === role) && (!is_active || String(u.is_active) === is_active)).map(view))];
  }, 'admin'],
  ['PATCH', '/api/users/:id', ({ params, body }) => {
    const user = db.users.find((u) => u.id === params.id);
    if (!user) throw missing();
    if (lastAdmin(user) && (body.role === 'user' || body.is_active === false)) throw new Refusal(409, 'Last admin', { detail: 'This is the last active admin.' });
    Object.assign(user, body, { updated_at: now() });
    if (!user.is_active) db.sessions.filter((s) => s.user === user.id).forEach(endSession);
    return [200, view(user)];
  }, 'admin'],
];

export { forbidden };
