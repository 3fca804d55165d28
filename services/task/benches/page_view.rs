//! What an answer of one page costs once its rows are here: twenty tasks as clients see them, in JSON.
//!
//! `cargo bench -p task-service --bench page_view`.

#![allow(missing_docs, clippy::unwrap_used)] // criterion's macros; and how a benchmark says that it cannot start

use std::hint::black_box;

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use service_kit::http::Page;
use task_service::tasks::{model::Task, priority::Priority, status::Status, views::TaskView};
use uuid::Uuid;

fn tasks() -> Vec<Task> {
    let now = chrono::Utc::now();
    let task = |number: u128| Task {
        id: Uuid::from_u128(number),
        title: format!("Task {number} of the quarter"),
        description: "What there is to know of it. ".repeat(6),
        status: Status::Todo,
        priority: Priority::High,
        due_date: Some(now),
        assignee_id: Some(Uuid::from_u128(2)),
        assignee_email: Some("ada@example.org".to_owned()),
        created_by: Uuid::from_u128(3),
        version: 1,
        created_at: now,
        updated_at: now,
        completed_at: None,
        deleted_at: None,
    };
    (0..20).map(task).collect()
}

fn page(rows: Vec<Task>) -> Vec<u8> {
    let page = Page { next: None, previous: None, count: None, results: rows };
    serde_json::to_vec(&page.map(TaskView::from)).unwrap()
}

fn pages(criterion: &mut Criterion) {
    let rows = tasks();
    assert!(page(rows.clone()).len() > 20 * 400);
    criterion.bench_function("twenty tasks in JSON", |bench| {
        bench.iter_batched(|| rows.clone(), |rows| page(black_box(rows)), BatchSize::SmallInput);
    });
}

criterion_group!(benches, pages);
criterion_main!(benches);
