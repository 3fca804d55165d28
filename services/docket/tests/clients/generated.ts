// A TypeScript client over the types that openapi-typescript makes from docs/openapi.json does a day's work on a running
// Docket. It is compiled strictly first: what the document does not tell does not compile.
//
// In: `{"url", "email", "password", "assignee"}` on one line. Out: what came back, on one line of JSON.

import createClient from "openapi-fetch";
import type { components, paths } from "./schema.js";

interface Given {
  url: string;
  email: string;
  password: string;
  assignee: string;
}

/** What came, or an error that says what came instead. */
function present<T>(answer: { data?: T; error?: components["schemas"]["Problem"] }): T {
  if (answer.data === undefined) throw new Error(JSON.stringify(answer.error));
  return answer.data;
}

async function signIn(given: Given, email: string) {
  const client = createClient<paths>({ baseUrl: given.url });
  const login = present(await client.POST("/api/users/login/", { body: { email, password: given.password } }));
  client.use({
    onRequest({ request }) {
      request.headers.set("Authorization", `Bearer ${login.access}`);
      return request;
    },
  });
  return client;
}

export async function work(given: Given) {
  const [admin, ann] = [await signIn(given, given.email), await signIn(given, given.assignee)];
  const fresh = { title: "By TypeScript", assigned_to: given.assignee, priority: "high" } as const;
  const key = { header: { "Idempotency-Key": "typescript-1" } };
  const created = await admin.POST("/api/tasks/", { body: fresh, params: key });
  const again = await admin.POST("/api/tasks/", { body: fresh, params: key });
  const task = present(created);
  const path = { id: task.id };
  const one = (tag?: string) => ({ path, header: tag === undefined ? {} : { "If-Match": tag } });
  const body = { status: "completed" } as const;
  const tag = created.response.headers.get("ETag") ?? undefined;
  const changed = present(await ann.PATCH("/api/tasks/{id}/", { params: one(tag), body }));
  const stale = await ann.PATCH("/api/tasks/{id}/", { params: one('"stale"'), body });
  const operations = [0, 1, 2].map((n) => ({ op: "create", task: { title: `Bulk ${n}` } }) as const);
  const bulk = present(await admin.POST("/api/tasks/bulk/", { body: { operations } }));
  const first = present(await admin.GET("/api/tasks/", { params: { query: { limit: 2, count: true } } }));
  const told = present(await ann.GET("/api/notifications/"));
  const invalid = await admin.POST("/api/tasks/", { body: { title: "" } });
  const gone = await admin.DELETE("/api/tasks/{id}/", { params: one() });
  const read = await admin.GET("/api/tasks/{id}/", { params: { path } });
  return {
    title: task.title,
    is_dated: !Number.isNaN(Date.parse(task.created_at)),
    replayed: [again.response.headers.get("Idempotency-Replayed"), again.data?.id === task.id],
    completed: changed.status === "completed" && changed.version === 2,
    stale: stale.error?.status,
    bulk: bulk.results.map((result) => result.status),
    page: [first.results.length, first.count, first.next !== null],
    told: told.results[0]?.type,
    invalid: [invalid.error?.status, invalid.error?.errors],
    gone: [gone.response.status, read.error?.status],
  };
}
