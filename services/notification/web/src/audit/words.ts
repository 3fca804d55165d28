// What each action of the audit log is called. A new one of the API is a compile error here.

import type { AuditAction } from '../api/types';

export const actions: Record<AuditAction, string> = {
  'user.registered': 'Registered',
  'user.updated': 'Changed their profile',
  'user.role_changed': 'Changed a role',
  'user.disabled': 'Disabled an account',
  'user.enabled': 'Enabled an account',
  'user.deleted': 'Deleted an account',
  'email.changed': 'Changed the e-mail',
  'email.change_asked': 'Asked to change the e-mail',
  'email.verified': 'Verified the e-mail',
  'login.succeeded': 'Signed in',
  'login.code_asked': 'Was asked for a one-time password',
  'login.failed': 'Failed to sign in',
  'session.ended': 'Ended a session',
  'refresh_token.reused': 'Used a spent refresh token',
  'password.changed': 'Changed the password',
  'password.reset_asked': 'Asked for a new password',
  'password.reset': 'Reset the password',
  'password.refused': 'Gave a wrong password',
  'token.created': 'Created a token',
  'token.revoked': 'Revoked a token',
  'totp.enabled': 'Turned one-time passwords on',
  'totp.disabled': 'Turned one-time passwords off',
  'totp.refused': 'Gave a wrong one-time password',
  'totp.recovery_codes_renewed': 'Renewed the recovery codes',
};

/** What an administrator should not read over. */
export const alarming: ReadonlySet<string> = new Set(['login.failed', 'refresh_token.reused', 'password.refused', 'totp.refused', 'user.deleted', 'user.disabled']);
