//! Reminders against a model: random histories of tasks, of the clock, and of a service that is now and then down. The
//! model is a few lines that say what the contract says; the service is the real SQL on a real Postgres.
//!
//! `REMINDER_CASES=5000 cargo test -p notification-service --test it reminder_model` tries more than the usual few.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeDelta, Utc};
use diesel::{
    QueryableByName, RunQueryDsl as _, sql_query,
    sql_types::{BigInt, Text, Timestamptz, Uuid as SqlUuid},
};
use events::{RoutingKey, TaskState};
use proptest::{
    prelude::{Just, Strategy, any},
    prop_assert_eq, prop_oneof,
    test_runner::{Config, TestRunner},
};
use uuid::Uuid;

use crate::store::{ANN, BOB, Store, at, event, now, scheduler, task};

const USUAL_CASES: u32 = 100;
const TASKS: u128 = 3;
const DAY: TimeDelta = TimeDelta::days(1);

/// What may happen. Times are seconds from now.
#[derive(Debug, Clone)]
enum Step {
    MoveDate(u128, Option<i64>),
    Complete(u128),
    Reopen(u128),
    Reassign(u128, Option<Uuid>),
    Delete(u128),
    Restore(u128),
    /// What was heard last is delivered again.
    Again(u128),
    /// The clock goes on, or is set back.
    Clock(i64),
    /// The service goes down for so many seconds; what happens meanwhile it hears when it is back.
    Down(i64),
    Up,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let task = || 0..TASKS;
    // Dates fall on whole hours from a small set, so that histories come back to dates that they had before.
    let date = prop_oneof![
        1 => Just(None),
        6 => (-30_i64..60).prop_map(|hours| Some(hours * 3600)),
    ];
    let person = prop_oneof![Just(None), Just(Some(ANN)), Just(Some(BOB))];
    // On the second, and one beside it: where the mistakes are.
    let clock = prop_oneof![
        6 => (0_i64..40, -1_i64..=1).prop_map(|(hours, beside)| hours * 3600 + beside),
        1 => (0_i64..3 * 3600).prop_map(|back| -back),
    ];
    let step = prop_oneof![
        4 => (task(), date).prop_map(|(task, date)| Step::MoveDate(task, date)),
        1 => task().prop_map(Step::Complete),
        1 => task().prop_map(Step::Reopen),
        2 => (task(), person).prop_map(|(task, person)| Step::Reassign(task, person)),
        1 => task().prop_map(Step::Delete),
        2 => task().prop_map(Step::Restore),
        1 => task().prop_map(Step::Again),
        5 => clock.prop_map(Step::Clock),
        1 => (0_i64..80 * 3600).prop_map(Step::Down),
        2 => any::<()>().prop_map(|()| Step::Up),
    ];
    proptest::collection::vec(step, 1..40)
}

type Key = (Uuid, &'static str, DateTime<Utc>);

/// What ought to be, by the contract: open, assigned, dated tasks; a day ahead and at the date; each once.
#[derive(Default)]
struct Model {
    heard: BTreeMap<Uuid, TaskState>,
    fired: BTreeMap<Key, &'static str>,
    told: Vec<(Uuid, Uuid, &'static str)>,
}

impl Model {
    fn hear(&mut self, task: &TaskState) {
        let known = self.heard.get(&task.id).map_or(0, |known| known.version);
        if known < task.version {
            self.heard.insert(task.id, task.clone());
        }
    }

    fn look(&mut self, now: DateTime<Utc>) {
        for task in self.heard.values() {
            let open = task.status != "completed" && task.deleted_at.is_none();
            let (true, Some(due), Some(assignee)) = (open, task.due_date, task.assignee_id) else { continue };
            let kind = if now >= due { "task_overdue" } else { "task_due" };
            let key = (task.id, kind, due);
            if now < due - DAY || self.fired.contains_key(&key) {
                continue;
            }
            let is_missed = due < now - DAY;
            self.fired.insert(key, if is_missed { "missed" } else { "told" });
            if !is_missed {
                self.told.push((assignee, task.id, kind));
            }
        }
    }
}

/// The service, its tasks as they are at the task service, and the model beside it.
struct History<'a> {
    store: &'a Store,
    model: Model,
    tasks: Vec<TaskState>,
    unheard: Vec<(RoutingKey, TaskState)>,
    now: DateTime<Utc>,
    is_down: bool,
}

impl<'a> History<'a> {
    async fn begin(store: &'a Store) -> Self {
        store.execute(
            "DELETE FROM tasks; DELETE FROM reminders; DELETE FROM mails; DELETE FROM notifications",
        );
        let tasks: Vec<TaskState> = (0..TASKS).map(task).collect();
        let mut history = Self {
            store,
            model: Model::default(),
            tasks: tasks.clone(),
            unheard: Vec::new(),
            now: now(),
            is_down: false,
        };
        for task in tasks {
            history.say(RoutingKey::TaskCreated, task);
        }
        history.look().await;
        history
    }

    async fn take(&mut self, step: &Step) {
        match *step {
            Step::MoveDate(number, date) => {
                let date = date.map(|seconds| at(0) + TimeDelta::seconds(seconds));
                self.change(number, RoutingKey::TaskUpdated, |task| task.due_date = date);
            }
            Step::Complete(number) => self.change(number, RoutingKey::TaskUpdated, |task| {
                task.status = "completed".to_owned();
            }),
            Step::Reopen(number) => {
                self.change(number, RoutingKey::TaskUpdated, |task| task.status = "todo".to_owned());
            }
            Step::Reassign(number, person) => {
                self.change(number, RoutingKey::TaskUpdated, |task| task.assignee_id = person);
            }
            Step::Delete(number) => {
                let now = self.now;
                self.change(number, RoutingKey::TaskDeleted, |task| task.deleted_at = Some(now));
            }
            Step::Restore(number) => {
                self.change(number, RoutingKey::TaskRestored, |task| task.deleted_at = None);
            }
            Step::Again(number) => {
                let known = self.model.heard.get(&self.tasks[number as usize].id).cloned();
                if let Some(known) = known {
                    self.say(RoutingKey::TaskUpdated, known);
                }
            }
            Step::Clock(seconds) => self.now += TimeDelta::seconds(seconds),
            Step::Down(seconds) => {
                self.is_down = true;
                self.now += TimeDelta::seconds(seconds);
            }
            Step::Up => self.is_down = false,
        }
        self.look().await;
    }

    fn change(&mut self, number: u128, key: RoutingKey, change: impl FnOnce(&mut TaskState)) {
        let task = &mut self.tasks[number as usize];
        let before = task.clone();
        change(task);
        // The task service tells nobody of a change that changes nothing.
        if *task != before {
            task.version += 1;
            let task = task.clone();
            self.say(key, task);
        }
    }

    fn say(&mut self, key: RoutingKey, task: TaskState) {
        self.unheard.push((key, task));
    }

    async fn look(&mut self) {
        if self.is_down {
            return;
        }
        for (key, task) in std::mem::take(&mut self.unheard) {
            self.store.hear(&event(key, &task, None)).unwrap();
            self.model.hear(&task);
        }
        self.store.scheduler.step(Some(self.now), None).await.unwrap();
        self.model.look(self.now);
    }
}

#[test]
fn every_history_reminds_as_the_model_says() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let store = runtime.block_on(Store::open());
    let cases = std::env::var("REMINDER_CASES").map_or(USUAL_CASES, |cases| cases.parse().unwrap());
    let mut runner = TestRunner::new(Config { cases, failure_persistence: None, ..Config::default() });
    let outcome = runner.run(&steps(), |steps| {
        runtime.block_on(async {
            let mut history = History::begin(&store).await;
            for step in &steps {
                history.take(step).await;
            }
            let mut told = history.model.told.clone();
            told.sort_unstable();
            prop_assert_eq!(told_by(&store), told);
            prop_assert_eq!(fired_by(&store), history.model.fired);
            Ok(())
        })
    });
    outcome.unwrap();
    drop(runtime.enter());
}

/// Four replicas, each at its own idea of the second, while the dates lie on the boundary and one second beside it.
#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_tasks_on_the_boundary_are_told_of_once_by_four_replicas() {
    let store = Store::open().await;
    let boundary = at(0);
    store.execute(&format!(
        "INSERT INTO tasks (id, title, assignee_id, created_by, due_date, status, deleted, sequence) \
         SELECT gen_random_uuid(), 'T', '{ANN}', '{ANN}', \
           timestamptz '{}' + (n % 3 - 1) * interval '1 second' + (n % 2) * interval '1 day', 'todo', false, 1 \
         FROM generate_series(1, 10000) n",
        boundary.to_rfc3339()
    ));
    let looks = (-1..=2).map(|beside| {
        let replica = scheduler(&store.db);
        let at = boundary + TimeDelta::seconds(beside);
        tokio::spawn(async move { replica.step(Some(at), None).await.unwrap().told })
    });
    let mut told = 0;
    for look in looks.collect::<Vec<_>>() {
        told += look.await.unwrap();
    }
    told += store.scheduler.step(Some(boundary + TimeDelta::seconds(2)), None).await.unwrap().told;

    let fired = fired_by(&store);
    assert_eq!(fired.len(), told, "each key was told once");
    assert_eq!(told_by(&store).len(), told);
    let overdue = fired.keys().filter(|(_, kind, _)| *kind == "task_overdue").count();
    assert_eq!(overdue, 5000, "every task whose date has come");
    let tasks: BTreeSet<Uuid> = fired.keys().map(|(task, _, _)| *task).collect();
    assert_eq!(tasks.len(), 10_000);
}

#[derive(QueryableByName)]
struct Told {
    #[diesel(sql_type = SqlUuid)]
    user_id: Uuid,
    #[diesel(sql_type = SqlUuid)]
    task_id: Uuid,
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = BigInt)]
    copies: i64,
}

/// Reminders among the notifications, sorted.
fn told_by(store: &Store) -> Vec<(Uuid, Uuid, &'static str)> {
    let rows: Vec<Told> = sql_query(
        "SELECT user_id, task_id, type AS kind, count(*) AS copies FROM notifications \
         WHERE type IN ('task_due', 'task_overdue') GROUP BY 1, 2, 3",
    )
    .load(&mut store.connect())
    .unwrap();
    let mut told: Vec<_> = rows
        .iter()
        .flat_map(|row| std::iter::repeat_n((row.user_id, row.task_id, name(&row.kind)), row.copies as usize))
        .collect();
    told.sort_unstable();
    told
}

#[derive(QueryableByName)]
struct Fired {
    #[diesel(sql_type = SqlUuid)]
    task_id: Uuid,
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Timestamptz)]
    due_date: DateTime<Utc>,
    #[diesel(sql_type = Text)]
    outcome: String,
}

fn fired_by(store: &Store) -> BTreeMap<Key, &'static str> {
    let rows: Vec<Fired> = sql_query("SELECT task_id, kind, due_date, outcome FROM reminders")
        .load(&mut store.connect())
        .unwrap();
    let key = |row: &Fired| (row.task_id, name(&row.kind), row.due_date);
    rows.iter().map(|row| (key(row), name(&row.outcome))).collect()
}

fn name(text: &str) -> &'static str {
    ["task_due", "task_overdue", "told", "missed"].into_iter().find(|name| *name == text).unwrap()
}
