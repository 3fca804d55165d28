//! Words: what is found, what is not an operator, and that a rare word is not looked for everywhere.

use diesel::{QueryableByName, RunQueryDsl as _, sql_query, sql_types::BigInt};
use task_service::tasks::{
    filter::{Scope, TaskFilter},
    model::Task,
    ordering::Ordering,
    queries::{self, Reading},
};

use crate::{
    plans::{fill, filters},
    store::{Store, assignee, put, task},
};

fn newest() -> Reading {
    Reading { ordering: Ordering::ALL[3].1, from: None, backward: false, limit: 100 }
}

#[tokio::test]
async fn whole_words_and_the_beginning_of_the_last_are_found_and_nothing_is_an_operator() {
    let opened = Store::open().await;
    let mut conn = opened.connect();
    let texts =
        [("Paint the red fence", ""), ("Blue door", "not RED at all"), ("Reddish", "it's café-au-lait")];
    for (number, (title, description)) in (0..).zip(texts) {
        let task = Task { title: title.to_owned(), description: description.to_owned(), ..task(number) };
        put(&mut conn, None, &task);
    }
    for (words, count) in [
        ("red", 3),
        ("red ", 2),
        ("red fence", 1),
        ("red & !fence", 1),
        ("red | door", 1),
        ("re", 0),
        ("fen red", 0),
        ("CAFÉ", 1),
        ("caf", 1),
        ("it's", 1),
        ("'red':*", 2),
        ("red:*A", 0),
        ("\\", 0),
        ("<->", 0),
        ("a\u{301}", 0),
    ] {
        let filter = TaskFilter { words: Some(words.to_owned()), ..filters(Scope::All) };
        assert_eq!(queries::list(&mut conn, &filter, &newest()).unwrap().len(), count, "{words}");
        assert_eq!(queries::count(&mut conn, &filter).unwrap(), count as i64, "{words}");
    }
}

#[derive(QueryableByName)]
struct Scans {
    #[diesel(sql_type = BigInt)]
    tuples: i64,
}

#[tokio::test]
async fn a_word_that_nobody_has_is_looked_up_and_not_looked_for() {
    let opened = Store::open().await;
    let mut conn = opened.connect();
    fill(&mut conn);
    for (words, scope, count) in [
        ("nowhere", Scope::All, 0),
        ("nowhere", Scope::AssignedTo(assignee()), 0),
        ("1234", Scope::All, 2),
        ("words about", Scope::All, 100),
    ] {
        let filter = TaskFilter { words: Some(words.to_owned()), ..filters(scope) };
        // Statistics are a connection's own until it ends.
        let mut reader = opened.connect();
        sql_query("SELECT pg_stat_reset()").execute(&mut conn).unwrap();
        assert!(queries::list(&mut reader, &filter, &newest()).unwrap().len() >= count, "{words}");
        drop(reader);
        let seen = sql_query(
            "SELECT coalesce(sum(seq_tup_read + idx_tup_fetch), 0)::bigint AS tuples \
             FROM pg_stat_user_tables WHERE relname IN ('tasks', 'task_words')",
        );
        let seen: Scans = seen.get_result(&mut conn).unwrap();
        assert!(seen.tuples < 5000, "{words} {scope:?}: {} rows looked at", seen.tuples);
    }
}
