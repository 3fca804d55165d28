//! Events on their way into the outbox.

use diesel::{
    QueryResult,
    pg::Pg,
    query_builder::AstPass,
    result::Error,
    sql_types::{Text, Uuid as SqlUuid},
};
use events::Envelope;
use service_kit::{push_columns, push_unnest, values::push_values};
use uuid::Uuid;

/// Wakes the relay, if it sleeps; see [`super::append`]. An expression of type `text`, to be evaluated once by the statement
/// that adds events.
pub const WAKE_RELAY: &str = "CASE WHEN NOT pg_try_advisory_xact_lock_shared(hashtextextended(\
     'outbox relay asleep in ' || current_schema(), 0)) THEN pg_notify('outbox_' || current_schema(), '')::text END";

/// A few events that a statement adds together with what they tell of. It evaluates [`WAKE_RELAY`], too.
pub struct NewEvents(Vec<NewEvent>);

pub(super) struct NewEvent {
    pub event_id: Uuid,
    pub aggregate_id: Uuid,
    pub routing_key: &'static str,
    pub body: String,
}

impl NewEvent {
    pub fn of(event: &Envelope) -> QueryResult<Self> {
        let Some(key) = event.routing_key() else {
            return Err(Error::SerializationError(format!("unknown event type {}", event.kind).into()));
        };
        let body = serde_json::to_string(event).map_err(|error| Error::SerializationError(error.into()))?;
        Ok(Self { event_id: event.id, aggregate_id: event.subject, routing_key: key.as_str(), body })
    }
}

impl NewEvents {
    /// These, in this order.
    ///
    /// # Errors
    /// `SerializationError` for an event whose type has no routing key.
    pub fn of(events: &[Envelope]) -> QueryResult<Self> {
        events.iter().map(NewEvent::of).collect::<QueryResult<_>>().map(Self)
    }

    /// True when there is nothing to add.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Pushes the INSERT of these, which happens when the relation `source` has a row (it has one or none), and after that
    /// row is locked: that makes the outbox's order the order of the changes. Nothing is sorted: rows of VALUES beside one
    /// other row come in their order.
    ///
    /// # Errors
    /// The database's.
    pub fn push_insert<'b>(&'b self, out: &mut AstPass<'_, 'b, Pg>, source: &str) -> QueryResult<()> {
        out.push_sql("INSERT INTO outbox (event_id, aggregate_id, routing_key, body) SELECT event.* FROM ");
        out.push_sql(source);
        out.push_sql(", ");
        push_values(out, &self.0, |out, event| {
            push_columns!(
                out,
                (&event.event_id => SqlUuid),
                (&event.aggregate_id => SqlUuid),
                (event.routing_key => Text),
                (&event.body => Text),
            );
            Ok(())
        })?;
        out.push_sql(" AS event");
        Ok(())
    }
}

/// Any number of events, as columns.
#[derive(Default)]
pub struct EventColumns {
    pub(super) event_ids: Vec<Uuid>,
    pub(super) aggregate_ids: Vec<Uuid>,
    pub(super) routing_keys: Vec<&'static str>,
    pub(super) bodies: Vec<String>,
}

impl EventColumns {
    /// These, in this order.
    ///
    /// # Errors
    /// `SerializationError` for an event whose type has no routing key.
    pub fn of(events: &[Envelope]) -> QueryResult<Self> {
        let mut columns = Self::default();
        for event in events {
            let event = NewEvent::of(event)?;
            columns.event_ids.push(event.event_id);
            columns.aggregate_ids.push(event.aggregate_id);
            columns.routing_keys.push(event.routing_key);
            columns.bodies.push(event.body);
        }
        Ok(columns)
    }

    /// Pushes the INSERT of those whose aggregate's id is in the relation `source`, after its rows are locked: that makes the
    /// outbox's order the order of the changes. The statement evaluates [`WAKE_RELAY`], too.
    ///
    /// # Errors
    /// The database's.
    pub fn push_insert<'b>(&'b self, out: &mut AstPass<'_, 'b, Pg>, source: &str) -> QueryResult<()> {
        out.push_sql(
            "INSERT INTO outbox (event_id, aggregate_id, routing_key, body) \
             SELECT event_id, aggregate_id, routing_key, body FROM ",
        );
        push_unnest!(
            out,
            (&self.event_ids => SqlUuid),
            (&self.aggregate_ids => SqlUuid),
            (&self.routing_keys => Text),
            (&self.bodies => Text),
        );
        out.push_sql(
            " WITH ORDINALITY AS event (event_id, aggregate_id, routing_key, body, place) \
             WHERE aggregate_id IN (SELECT id FROM ",
        );
        out.push_sql(source);
        out.push_sql(") ORDER BY place");
        Ok(())
    }
}
