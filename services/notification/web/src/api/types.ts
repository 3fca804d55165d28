// The shapes of the public API, in one place. Everything else in the page takes
// its types from here, so that a change of the contract is a compile error.

export type Role = 'admin' | 'user';
export type Status = 'todo' | 'in-progress' | 'completed';
export type Priority = 'none' | 'low' | 'medium' | 'high' | 'urgent';

/** An RFC 3339 instant in UTC, such as `2026-05-01T09:00:00Z`. */
export type Instant = string;

export interface User {
  id: string;
  email: string;
  username: string | null;
  role: Role;
  is_active: boolean;
  timezone: string;
  created_at: Instant;
  updated_at: Instant;
}

/** What a refresh answers. `expires_in` is in seconds. */
export interface Tokens {
  access: string;
  /** Null: the session cookie has it. */
  refresh: null;
  token_type: 'Bearer';
  expires_in: number;
}

export interface SignedIn extends Tokens {
  id: string;
  email: string;
  role: Role;
}

export interface Session {
  id: string;
  created_at: Instant;
  last_used_at: Instant;
  expires_at: Instant;
  user_agent: string | null;
  client_address: string;
  /** The session of this request. */
  current: boolean;
}

export interface Task {
  id: string;
  title: string;
  description: string;
  status: Status;
  priority: Priority;
  due_date: Instant | null;
  /** The e-mail of the assignee. */
  assigned_to: string | null;
  assignee_id: string | null;
  /** The id of whoever created it. */
  created_by: string;
  version: number;
  created_at: Instant;
  updated_at: Instant;
  completed_at: Instant | null;
}

/** What a create or an edit may say: absent is unchanged, null is cleared. */
export interface TaskFields {
  title?: string;
  description?: string;
  status?: Status;
  priority?: Priority;
  due_date?: string | null;
  assigned_to?: string | null;
}

export interface HistoryEntry {
  id: string;
  action: 'created' | 'changed' | 'deleted' | 'restored';
  /** The changed field; for the other actions, the action again. */
  field: string;
  from: string | null;
  to: string | null;
  /** The e-mail of whoever did it; null for the system. */
  actor: string | null;
  actor_id: string | null;
  at: Instant;
  version: number;
}

export interface Notification {
  id: string;
  user: string;
  task: string | null;
  task_title: string | null;
  type: string;
  message: string;
  actor: string | null;
  is_read: boolean;
  read_at: Instant | null;
  timestamp: Instant;
}

export interface Page<T> {
  next: string | null;
  previous: string | null;
  results: T[];
  count?: number;
}

export type SectionState = 'ok' | 'unavailable';

export interface Dashboard {
  user: User | null;
  tasks: (Task & { task_due: boolean })[] | null;
  notifications: Notification[] | null;
  unread_notifications_count: number | null;
  tasks_due_soon_count: number | null;
  tasks_overdue_count: number | null;
  tasks_by_status: Record<Status, number> | null;
  sections: { user: SectionState; tasks: SectionState; notifications: SectionState };
}

/** RFC 9457, as every refusal comes. */
export interface ProblemDetails {
  type?: string;
  title?: string;
  status?: number;
  detail?: string;
  request_id?: string;
  errors?: Record<string, string[]>;
}
