//! What a page pays for its links: a cursor sealed for `next`, and the one opened that the caller came with.
//!
//! `cargo bench -p service-kit`.

#![allow(missing_docs, clippy::unwrap_used)] // criterion's macros; and how a benchmark says that it cannot start

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use service_kit::http::{Cursor, CursorKey};
use uuid::Uuid;

const SCOPE: &str = "0199c0de-0000-7000-8000-000000000001 /api/tasks status=todo,in-progress";

fn cursors(criterion: &mut Criterion) {
    let key = CursorKey::new(b"a secret of the installation, as long as they are");
    let cursor = Cursor {
        ordering: "due_date".to_owned(),
        key: Some("2031-05-01T12:00:00Z".to_owned()),
        id: Uuid::from_u128(7),
        backward: false,
    };
    let sealed = key.seal(SCOPE, &cursor);
    assert_eq!(key.open(SCOPE, &sealed).unwrap(), cursor);
    criterion.bench_function("seal a cursor", |bench| bench.iter(|| key.seal(SCOPE, black_box(&cursor))));
    criterion.bench_function("open a cursor", |bench| bench.iter(|| key.open(SCOPE, black_box(&sealed))));
}

criterion_group!(benches, cursors);
criterion_main!(benches);
