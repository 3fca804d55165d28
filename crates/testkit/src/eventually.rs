//! Waiting for what other threads and processes do in their own time.

use std::time::Duration;

/// How long something outside the test may take before the test fails.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// Asks again until there is an answer; fails the test, saying `what` was awaited, after [`PATIENCE`].
pub async fn eventually<T>(what: &str, mut ask: impl AsyncFnMut() -> Option<T>) -> T {
    let answer = tokio::time::timeout(PATIENCE, async {
        loop {
            if let Some(answer) = ask().await {
                return answer;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    });
    answer.await.unwrap_or_else(|_| panic!("in vain: {what}"))
}
