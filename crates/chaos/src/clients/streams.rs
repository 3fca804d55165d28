//! People who follow their notifications as server-sent events, and come back with `Last-Event-ID` after each end.

use std::time::Duration;

use reqwest::Method;
use tokio_util::sync::CancellationToken;

use super::people::Person;

/// Before coming back.
const PAUSE: Duration = Duration::from_millis(500);
/// A comment comes every 15 s; a stream that is silent for longer is dead.
const SILENCE: Duration = Duration::from_secs(40);

/// What one stream has shown.
#[derive(Default)]
pub struct Followed {
    /// Ids of notifications, as they came.
    pub ids: Vec<String>,
    /// Times that it was opened.
    pub opened: u32,
}

/// Follows until `stop`. `last` is the id of a notification that the person has seen already.
pub async fn follow(person: Person, last: String, stop: CancellationToken) -> anyhow::Result<Followed> {
    let client =
        reqwest::Client::builder().connect_timeout(SILENCE).read_timeout(SILENCE).no_proxy().build()?;
    let mut followed = Followed::default();
    while !stop.is_cancelled() {
        tokio::select! {
            () = stop.cancelled() => {}
            outcome = follow_once(&client, &person, &last, &mut followed) => {
                outcome?;
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
    Ok(followed)
}

/// One stream to its end. Only a token that cannot be had is an error.
async fn follow_once(
    client: &reqwest::Client,
    person: &Person,
    last: &str,
    followed: &mut Followed,
) -> anyhow::Result<()> {
    let token = person.api.token().await?;
    let last = followed.ids.last().map_or(last, String::as_str).to_owned();
    let request = client
        .request(Method::GET, person.api.url("/api/notifications/stream/"))
        .bearer_auth(token)
        .header("last-event-id", last);
    let Ok(mut response) = request.send().await else { return Ok(()) };
    if !response.status().is_success() {
        return Ok(());
    }
    followed.opened += 1;
    let mut rest = String::new();
    // The end, or a connection that broke: half an event does not count.
    while let Ok(Some(chunk)) = response.chunk().await {
        rest.push_str(&String::from_utf8_lossy(&chunk));
        while let Some((event, after)) = rest.split_once("\n\n") {
            if let Some(id) = event.lines().find_map(|line| line.strip_prefix("id: ")) {
                followed.ids.push(id.to_owned());
            }
            rest = after.to_owned();
        }
    }
    Ok(())
}
