//! Mails: leased by one, settled once, tried again after a crash, and never to whoever is gone.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
};

use diesel::{QueryableByName, RunQueryDsl as _, sql_query, sql_types::Text};
use events::RoutingKey;
use mail::{Mail, MailFault, Mailer, Sender};
use notification_service::mail::{Outgoing, PostOffice, queue};

use crate::store::{ANN, BOB, Store, event, task};

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

pub fn lines(store: &Store, column: &str) -> Vec<String> {
    let query = format!("SELECT {column} AS line FROM mails ORDER BY created_at, id");
    let rows: Vec<Line> = sql_query(query).load(&mut store.connect()).unwrap();
    rows.into_iter().map(|row| row.line).collect()
}

pub fn subjects(store: &Store) -> Vec<String> {
    lines(store, "subject")
}

/// Answers as it was told to, and keeps what it was given.
#[derive(Default)]
pub struct Post {
    answers: Mutex<VecDeque<Result<String, MailFault>>>,
    pub taken: Mutex<Vec<Mail>>,
}

#[async_trait::async_trait]
impl Mailer for Post {
    async fn send(&self, mail: &Mail) -> Result<String, MailFault> {
        self.taken.lock().unwrap().push(mail.clone());
        self.answers.lock().unwrap().pop_front().unwrap_or_else(|| Ok("250 ok".to_owned()))
    }
}

fn post_office() -> PostOffice {
    PostOffice::new(None, "https://docket.example.org", b"secret")
}

fn outgoing(store: &Store) -> Outgoing {
    Outgoing::new(store.db.clone(), post_office().letters)
}

pub fn sender(store: &Store, post: &Arc<Post>) -> Sender<Outgoing> {
    Sender::new(outgoing(store), Some(Arc::clone(post) as Arc<dyn Mailer>))
}

async fn with_one_mail() -> Store {
    let store = Store::open().await;
    store.execute(&format!(
        "INSERT INTO directory_users VALUES ('{ANN}', 'Ann@example.org', NULL, 'user', true, 'UTC', NULL, false, 1)"
    ));
    store.hear(&event(RoutingKey::TaskAssigned, &task(1), None)).unwrap();
    store
}

#[tokio::test]
async fn it_goes_once_to_the_address_of_today_with_an_id_made_of_the_notifications() {
    let store = with_one_mail().await;
    let post = Arc::new(Post::default());
    store.execute("UPDATE directory_users SET email = 'new@example.org'");
    assert_eq!(sender(&store, &post).step().await.unwrap(), 1);
    assert_eq!(sender(&store, &post).step().await.unwrap(), 0);
    let taken = post.taken.lock().unwrap();
    assert_eq!(taken.len(), 1);
    assert_eq!(taken[0].to, "new@example.org");
    let id = format!("{}@docket.example.org", store.told(ANN)[0].id);
    assert_eq!(taken[0].message_id.as_deref(), Some(id.as_str()));
    assert_eq!(
        (lines(&store, "state"), lines(&store, "answer")),
        (vec!["sent".to_owned()], vec!["250 ok".to_owned()])
    );
}

#[tokio::test]
async fn a_passing_fault_waits_its_turn_and_a_permanent_one_is_the_end() {
    let store = with_one_mail().await;
    let busy = Err(MailFault::Passing("451 busy".to_owned()));
    let never = Err(MailFault::Permanent("550 no".to_owned()));
    let post = Arc::new(Post { answers: Mutex::new([busy, never].into()), ..Post::default() });
    let sender = sender(&store, &post);
    assert_eq!(sender.step().await.unwrap(), 1);
    assert_eq!(lines(&store, "state"), ["queued"]);
    assert_eq!(sender.step().await.unwrap(), 0);
    store.execute("UPDATE mails SET next_attempt_at = now()");
    assert_eq!(sender.step().await.unwrap(), 1);
    assert_eq!(
        (lines(&store, "state"), lines(&store, "answer")),
        (vec!["failed".to_owned()], vec!["550 no".to_owned()])
    );
}

#[tokio::test]
async fn what_a_sender_took_and_died_with_is_sent_after_its_lease() {
    let store = with_one_mail().await;
    let conn = &mut store.connect();
    assert_eq!(queue::lease(conn, 10).unwrap().len(), 1);
    assert!(queue::lease(conn, 10).unwrap().is_empty());
    store.execute("UPDATE mails SET next_attempt_at = next_attempt_at - interval '121 seconds'");
    let again = queue::lease(conn, 10).unwrap();
    assert_eq!(again[0].attempts, 2);
}

#[tokio::test]
async fn whoever_is_disabled_gets_none_and_whoever_is_not_known_yet_may_later() {
    let store = with_one_mail().await;
    store.execute("UPDATE directory_users SET is_active = false");
    let of_bob = events::TaskState { assignee_id: Some(BOB), ..task(2) };
    store.hear(&event(RoutingKey::TaskAssigned, &of_bob, None)).unwrap();
    let post = Arc::new(Post::default());
    assert_eq!(sender(&store, &post).step().await.unwrap(), 2);
    assert!(post.taken.lock().unwrap().is_empty());
    assert_eq!(lines(&store, "state"), ["skipped", "queued"]);
}

#[tokio::test]
async fn in_quiet_hours_it_waits_which_is_no_attempt() {
    let store = with_one_mail().await;
    // From an hour ago for three hours.
    store.execute(&format!(
        "INSERT INTO preferences (user_id, remind_before_minutes, digest, digest_hour, version, quiet_from_minute, \
           quiet_to_minute) SELECT '{ANN}', 1440, 'off', 8, 1, (m + 1380) % 1440, (m + 120) % 1440 \
         FROM (SELECT extract(hour FROM now())::int * 60 + extract(minute FROM now())::int AS m) t"
    ));
    let post = Arc::new(Post::default());
    assert_eq!(sender(&store, &post).step().await.unwrap(), 1);
    assert!(post.taken.lock().unwrap().is_empty());
    assert_eq!(lines(&store, "answer"), ["the recipient's quiet hours"]);
    assert_eq!(lines(&store, "attempts::text"), ["0"]);
    let in_time =
        "(next_attempt_at BETWEEN now() + interval '119 minutes' AND now() + interval '121 minutes')::text";
    assert_eq!(lines(&store, in_time), ["true"]);
    // They were over before it came.
    store.execute(
        "UPDATE preferences SET quiet_to_minute = (quiet_from_minute + 1) % 1440; \
         UPDATE mails SET next_attempt_at = now()",
    );
    assert_eq!(sender(&store, &post).step().await.unwrap(), 1);
    assert_eq!(post.taken.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn where_mail_is_not_set_up_the_log_says_so() {
    let store = with_one_mail().await;
    let nobody = Sender::new(outgoing(&store), None);
    assert_eq!(nobody.step().await.unwrap(), 1);
    assert_eq!(lines(&store, "answer"), ["mail is not set up"]);
}
