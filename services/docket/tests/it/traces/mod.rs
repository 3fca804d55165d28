//! OpenTelemetry: what one request made the services do is one trace at the collector.

mod collector;

use diesel::{QueryableByName, RunQueryDsl as _, sql_query, sql_types::Text};
use opentelemetry_proto::tonic::trace::v1::span::SpanKind;
use serde_json::json;

use crate::world::World;
pub use collector::Collector;
use collector::Span;

/// The span of whoever calls us.
const CALLER: &str = "00f067aa0ba902b7";

/// A trace of its own, and the header that continues it.
fn trace(flags: &str) -> (String, String) {
    let trace = uuid::Uuid::new_v4().simple().to_string();
    let header = format!("00-{trace}-{CALLER}-{flags}");
    (trace, header)
}

/// The one span of that service and kind.
fn only<'a>(spans: &'a [Span], service: &str, kind: SpanKind) -> &'a Span {
    let found: Vec<_> = spans.iter().filter(|span| span.service == service && span.kind == kind).collect();
    assert_eq!(found.len(), 1, "{kind:?} spans of {service} among {spans:#?}");
    found[0]
}

#[derive(QueryableByName)]
struct Cause {
    #[diesel(sql_type = Text)]
    event_id: String,
}

/// From the request to the notification's row, on that bus.
async fn a_task_is_assigned(amqp_url: Option<String>) {
    let collector = Collector::start();
    let world = World::traced(amqp_url, &collector.url).await;
    let ann = world.person().await;
    let (trace, header) = trace("01");
    let task = json!({"title": "T", "assigned_to": ann.email});
    let answer = world.admin.with_header("traceparent", &header).post("/api/tasks/", task).await.expect(201);
    ann.told_eventually(1).await;
    let cause: Cause = tokio::task::block_in_place(|| {
        sql_query("SELECT event_id::text FROM notification.notifications")
            .get_result(&mut world.database.connect("public"))
            .unwrap()
    });
    // Whoever stops sends what is left.
    world.end().await;

    let spans = collector.trace(&trace);
    let request = only(&spans, "task-service", SpanKind::Server);
    assert_eq!((request.name.as_str(), request.parent.as_str()), ("POST /api/tasks", CALLER));
    assert_eq!(request.attributes["http.response.status_code"], "201");
    assert_eq!(request.attributes["docket.request_id"], answer.header("x-request-id"));
    for (service, kind) in
        [("task-service", SpanKind::Producer), ("notification-service", SpanKind::Consumer)]
    {
        let of_events = spans.iter().filter(|span| span.service == service && span.kind == kind);
        let of_cause: Vec<_> =
            of_events.filter(|span| span.attributes["messaging.message.id"] == cause.event_id).collect();
        assert_eq!(of_cause.len(), 1, "{service} {kind:?}: {spans:#?}");
        assert_eq!((&of_cause[0].parent, of_cause[0].failed), (&request.id, false), "{:#?}", of_cause[0]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_trace_runs_from_a_request_to_the_notification() {
    a_task_is_assigned(None).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_trace_runs_from_a_request_to_the_notification_over_rabbitmq() {
    let Some(url) = tokio::task::spawn_blocking(testkit::rabbitmq).await.unwrap() else { return };
    a_task_is_assigned(Some(url.to_owned())).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_dashboard_shows_whom_it_asked() {
    let collector = Collector::start();
    let world = World::traced(None, &collector.url).await;
    // Whom it does not know yet it asks for once.
    world.admin.get("/api/users/dashboard/").await.expect(200);
    let (trace, header) = trace("01");
    let asking = world.admin.with_header("traceparent", &header);
    asking.get("/api/users/dashboard/").await.expect(200);
    world.end().await;

    let spans = collector.trace(&trace);
    let request = only(&spans, "notification-service", SpanKind::Server);
    assert_eq!((request.name.as_str(), request.parent.as_str()), ("GET /api/users/dashboard", CALLER));
    for (service, route) in [("user-service", "/api/users/me"), ("task-service", "/api/tasks/summary")] {
        let served = only(&spans, service, SpanKind::Server);
        assert_eq!(served.name, format!("GET {route}"));
        let asked = spans.iter().find(|span| span.id == served.parent).expect("the call that it answered");
        assert_eq!((asked.service.as_str(), asked.kind), ("notification-service", SpanKind::Client));
        assert_eq!((asked.name.as_str(), &asked.parent), (format!("GET {route}/").as_str(), &request.id));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_caller_does_not_sample_is_not_sent() {
    let collector = Collector::start();
    let world = World::traced(None, &collector.url).await;
    let (unsampled, header) = trace("00");
    world.admin.with_header("traceparent", &header).get("/api/users/dashboard/").await.expect(200);
    let (sampled, header) = trace("01");
    world.admin.with_header("traceparent", &header).get("/api/users/dashboard/").await.expect(200);
    world.end().await;
    assert_eq!(collector.trace(&unsampled).len(), 0);
    assert_eq!(collector.trace(&sampled).len(), 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_waits_for_a_collector_that_is_away() {
    let world = World::traced(None, "http://127.0.0.1:9").await;
    let ann = world.person().await;
    world.task(json!({"title": "T", "assigned_to": ann.email})).await;
    ann.told_eventually(1).await;
    let began = std::time::Instant::now();
    world.end().await;
    assert!(began.elapsed() < std::time::Duration::from_secs(15), "{:?}", began.elapsed());
}
