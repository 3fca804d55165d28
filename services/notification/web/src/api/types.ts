// What the page calls the shapes of the public API. They are generated: `schema.d.ts` is made from docs/openapi.json by
// `npm run generate`, so that a change of the contract is a compile error here.

import type { components, operations } from './schema';

type Shapes = components['schemas'];

export type User = Shapes['UserView'];
export type Role = User['role'];
export type UserChange = Shapes['UpdateUserRequest'];
export type MyChange = Shapes['UpdateMeRequest'];
export type Registration = Shapes['RegisterRequest'];

export type Tokens = Shapes['TokenView'];
export type SignedIn = Shapes['LoginView'];
export type Session = Shapes['SessionView'];
export type Totp = Shapes['TotpView'];
export type TotpSecret = Shapes['TotpSecretView'];
export type RecoveryCodes = Shapes['RecoveryCodesView'];
export type PersonalToken = Shapes['PersonalTokenView'];
export type CreatedToken = Shapes['CreatedTokenView'];
export type NewToken = Shapes['CreateTokenRequest'];
export type Scope = PersonalToken['scopes'][number];
export type AuditEntry = Shapes['AuditEntryView'];
/** What can be done to an account. */
export type AuditAction = NonNullable<NonNullable<operations['list_audit_entries']['parameters']['query']>['action']>;

export type Task = Shapes['TaskView'];
export type Status = Task['status'];
export type Priority = Task['priority'];
export type HistoryEntry = Shapes['HistoryEntryView'];
/** What a create or an edit may say: absent is unchanged, null is cleared. */
export type TaskFields = Shapes['UpdateTaskRequest'];
export type BulkOperation = Shapes['UpdateOperationRequest'] | Shapes['DeleteOperationRequest'];
export type BulkResults = Shapes['BulkTasksView'];
export type Import = Shapes['ImportView'];

export type Notification = Shapes['NotificationView'];
export type NotificationType = Notification['type'];
export type NotificationGroup = Shapes['NotificationGroupView'];
export type NotificationChange = Shapes['UpdateNotificationRequest'];
export type Preferences = Shapes['PreferencesView'];
export type Delivery = Shapes['DeliveryView'];
export type Feed = Shapes['FeedsView']['results'][number];
export type FeedKind = Shapes['CreateFeedRequest']['kind'];
export type Webhook = Shapes['WebhookView'];
export type WebhookWithSecret = Shapes['WebhookWithSecretView'];
export type WebhookDelivery = Shapes['WebhookDeliveryView'];
export type NewWebhook = Shapes['CreateWebhookRequest'];
export type WebhookChange = Shapes['UpdateWebhookRequest'];
/** The document takes the tasks of the dashboard as they come over HTTP; they are tasks all the same. */
export type Dashboard = Omit<Shapes['DashboardView'], 'tasks'> & { tasks: (Task & { task_due: boolean })[] | null };

/** A page of a list. `count` is there only where it was asked for. */
export interface Page<T> {
  next: string | null;
  previous: string | null;
  results: T[];
  count?: number;
}

/** RFC 9457, as every refusal comes; a broken one may lack anything. */
export type ProblemDetails = Partial<Shapes['Problem']>;
