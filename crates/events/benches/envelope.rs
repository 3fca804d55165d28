//! What an event pays on its way: made and written down by the writer, read and understood by each consumer.
//!
//! `cargo bench -p events`.

#![allow(missing_docs, clippy::unwrap_used)] // criterion's macros; and how a benchmark says that it cannot start

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use events::{Changes, Envelope, EventActor, RoutingKey, TaskData, TaskState};
use uuid::Uuid;

fn task_assigned() -> TaskData {
    let now = chrono::Utc::now();
    TaskData {
        task: TaskState {
            id: Uuid::from_u128(1),
            title: "Renew the certificate of the build server".to_owned(),
            description: "It ends on Friday; the new one is in the vault. ".repeat(4),
            status: "in-progress".to_owned(),
            priority: "high".to_owned(),
            due_date: Some(now),
            assignee_id: Some(Uuid::from_u128(2)),
            assigned_to: Some("ada@example.org".to_owned()),
            created_by: Uuid::from_u128(3),
            version: 4,
            created_at: now,
            updated_at: now,
            completed_at: None,
            deleted_at: None,
        },
        changes: Changes::new(),
        actor: EventActor { id: Some(Uuid::from_u128(3)), email: Some("admin@example.org".to_owned()) },
    }
}

fn envelopes(criterion: &mut Criterion) {
    let data = task_assigned();
    let encode = |data: &TaskData| {
        let event =
            Envelope::new(RoutingKey::TaskAssigned, data.task.id, data.task.version, 0, data).unwrap();
        serde_json::to_string(&event).unwrap()
    };
    let decode = |body: &str| {
        let event: Envelope = serde_json::from_str(body).unwrap();
        event.data_as::<TaskData>().unwrap()
    };
    let body = encode(&data);
    assert_eq!(decode(&body).task.title, data.task.title);
    criterion.bench_function("encode an event", |bench| bench.iter(|| encode(black_box(&data))));
    criterion.bench_function("decode an event", |bench| bench.iter(|| decode(black_box(&body))));
}

criterion_group!(benches, envelopes);
criterion_main!(benches);
