//! A run of events about tasks: the projection, the streams' hint, and who is told, for all of them at once.

use std::collections::{BTreeMap, BTreeSet};

use chrono::Utc;
use diesel::PgConnection;
use events::{Envelope, RoutingKey, TaskData};
use messaging::HandleError;
use uuid::Uuid;

use super::{
    projection,
    who_is_told::{former_assignee, who_is_told},
};
use crate::{
    notifications::{
        message::Facts,
        recipients::{self, Recipient},
        telling::{News, tell},
    },
    reminders::{self, candidate},
    stream,
};

/// An event that was read.
struct Said {
    event_id: Uuid,
    data: TaskData,
}

/// Takes in `events`, in their order.
///
/// # Errors
/// Permanent when one of them cannot be read, passing when the database is in trouble.
pub fn take_in(
    conn: &mut PgConnection,
    events: &[(RoutingKey, &Envelope)],
    reminders: &reminders::Waker,
) -> Result<(), HandleError> {
    let mut said = Vec::with_capacity(events.len());
    // Who is told what, and by which of the events.
    let (mut wanted, mut by) = (Vec::new(), Vec::new());
    for (place, (key, event)) in events.iter().enumerate() {
        let data: TaskData = event.data_as()?;
        let told = who_is_told(*key, &data).map_err(HandleError::Permanent)?;
        by.resize(by.len() + told.len(), place);
        wanted.extend(told);
        said.push(Said { event_id: event.id, data });
    }
    let changed = projection::apply(conn, said.iter().map(|one| &one.data.task))?;
    let now = Utc::now();
    let candidates = said.iter().filter(|one| candidate::may_be_due(&one.data, now));
    candidates.for_each(|one| reminders.touch(one.data.task.id));
    stream::tasks::announce(conn, &concerned(&changed, &said))?;
    let recipients = recipients::find(conn, &wanted)?;
    let news: Vec<_> =
        recipients.into_iter().map(|(number, recipient)| said[by[number]].to(recipient)).collect();
    Ok(tell(conn, &news)?)
}

impl Said {
    fn to(&self, recipient: Recipient) -> News<'_> {
        let data = &self.data;
        News {
            event_id: self.event_id,
            recipient,
            task_id: data.task.id,
            actor_id: data.actor.id,
            facts: Facts {
                title: &data.task.title,
                actor: data.actor.email.as_deref(),
                due_date: data.task.due_date,
                status: &data.task.status,
                zone: recipient.zone,
                language: recipient.language,
            },
        }
    }
}

/// Of each task that changed: whose it is, and whose it was.
fn concerned(changed: &[Uuid], said: &[Said]) -> BTreeMap<Uuid, BTreeSet<Uuid>> {
    let mut concerned: BTreeMap<Uuid, BTreeSet<Uuid>> =
        changed.iter().map(|task| (*task, BTreeSet::new())).collect();
    for Said { data, .. } in said {
        if let Some(people) = concerned.get_mut(&data.task.id) {
            people.extend(data.task.assignee_id.into_iter().chain(former_assignee(data)));
        }
    }
    concerned
}
