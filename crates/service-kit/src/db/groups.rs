//! Group commit: what several requests of a thread want to write at the same time is written together.
//!
//! Who comes while hardly anybody is at work begins at once, alone. Who comes meanwhile waits, and all who wait go next, as one
//! group: the more there are, the less each costs, and nobody waits for company that may not come. Whoever takes long is
//! overtaken.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use thread_local::ThreadLocal;
use tokio::{sync::oneshot, time::timeout};

use super::DbError;
use crate::context::RequestContext;

/// How long those who come next wait for those who are at work.
const TURN: Duration = Duration::from_millis(20);
/// At most so many go together.
const LARGEST: usize = 32;
/// So many groups of a thread are at work at once: with one, the slowest of a mix of requests took a tenth longer.
const AT_ONCE: usize = 2;

/// Of a group: what is wanted, and the request that wants it.
pub struct Member<J> {
    /// What is to be done.
    pub job: J,
    /// The request that it comes from; its history and its events are to carry it.
    pub context: Option<RequestContext>,
}

/// The groups of each thread: what is done for its requests wakes no other thread.
pub struct Groups<J: Send, T: Send>(ThreadLocal<Arc<Mutex<Queue<J, T>>>>);

/// A member, and where its answer goes.
type Waiting<J, T> = (Member<J>, oneshot::Sender<T>);

struct Queue<J, T> {
    waiting: Vec<Waiting<J, T>>,
    at_work: usize,
}

impl<J: Send, T: Send> Default for Groups<J, T> {
    fn default() -> Self {
        Self(ThreadLocal::new())
    }
}

impl<J, T> Default for Queue<J, T> {
    fn default() -> Self {
        Self { waiting: Vec::new(), at_work: 0 }
    }
}

impl<J: Send + 'static, T: Send + 'static> Groups<J, T> {
    /// Has the job done by `work`, with those of others or alone. `work` is given one or more, and answers each, in their order;
    /// like all work on the database it goes on when nobody waits for the answer any more.
    ///
    /// # Errors
    /// [`DbError::Worker`] when `work` ended without an answer.
    pub async fn join<F>(
        &self,
        job: J,
        work: impl Fn(Vec<Member<J>>) -> F + Send + 'static,
    ) -> Result<T, DbError>
    where
        F: Future<Output = Vec<T>> + Send + 'static,
    {
        let queue = self.0.get_or_default();
        let (reply, answer) = oneshot::channel();
        let begins = {
            let mut queue = queue.lock().unwrap_or_else(PoisonError::into_inner);
            queue.waiting.push((Member { job, context: RequestContext::current() }, reply));
            let begins = queue.at_work < AT_ONCE;
            queue.at_work += usize::from(begins);
            begins
        };
        if begins {
            tokio::spawn(Turns(Some(Arc::clone(queue))).take(work));
        }
        answer.await.map_err(|_| DbError::Worker)
    }
}

/// One group after the other, until nobody waits; `None` from then on.
struct Turns<J, T>(Option<Arc<Mutex<Queue<J, T>>>>);

impl<J: Send + 'static, T: Send + 'static> Turns<J, T> {
    async fn take<F>(mut self, work: impl Fn(Vec<Member<J>>) -> F + Send)
    where
        F: Future<Output = Vec<T>> + Send + 'static,
    {
        while let Some(group) = self.next() {
            let (members, replies): (_, Vec<_>) = group.into_iter().unzip();
            let work = work(members);
            let done = tokio::spawn(async move {
                for (reply, outcome) in replies.into_iter().zip(work.await) {
                    // Whoever is gone needs no answer.
                    let _gone = reply.send(outcome);
                }
            });
            let _overtaken = timeout(TURN, done).await;
        }
    }

    fn next(&mut self) -> Option<Vec<Waiting<J, T>>> {
        let mut queue = self.0.as_ref()?.lock().unwrap_or_else(PoisonError::into_inner);
        let many = queue.waiting.len().min(LARGEST);
        let group: Vec<_> = queue.waiting.drain(..many).collect();
        if group.is_empty() {
            queue.at_work -= 1;
            drop(queue);
            self.0 = None;
            return None;
        }
        Some(group)
    }
}

/// The thread ends, or `work` panicked: who waits is told, by the end of their channel, and who comes next begins anew.
impl<J, T> Drop for Turns<J, T> {
    fn drop(&mut self) {
        if let Some(queue) = &self.0 {
            let mut queue = queue.lock().unwrap_or_else(PoisonError::into_inner);
            queue.at_work -= 1;
            queue.waiting.clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::future::BoxFuture;
    use tokio::{
        sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
        task::JoinHandle,
    };

    use super::*;

    type Begun = (Vec<u32>, oneshot::Sender<()>);

    /// Tells who goes together, waits until it may end, and answers each with ten times its number.
    fn work(
        begun: UnboundedSender<Begun>,
    ) -> impl Fn(Vec<Member<u32>>) -> BoxFuture<'static, Vec<u32>> + Clone + Send {
        move |group| {
            let begun = begun.clone();
            Box::pin(async move {
                let numbers: Vec<u32> = group.iter().map(|member| member.job).collect();
                let (end, ended) = oneshot::channel();
                begun.send((numbers.clone(), end)).unwrap();
                assert!(ended.await.is_ok(), "it was to go wrong");
                numbers.into_iter().map(|number| number * 10).collect()
            })
        }
    }

    /// Has the job of that number done by groups of its own; and what tells of who goes.
    fn joining() -> (impl Fn(u32) -> JoinHandle<Result<u32, DbError>>, UnboundedReceiver<Begun>) {
        let groups = Arc::new(Groups::default());
        let (begun, begins) = unbounded_channel();
        let work = work(begun);
        let join = move |number| {
            let (groups, work) = (Arc::clone(&groups), work.clone());
            tokio::spawn(async move { groups.join(number, work).await })
        };
        (join, begins)
    }

    #[tokio::test]
    async fn who_comes_meanwhile_goes_together_and_each_gets_the_own_answer() {
        let (join, mut begins) = joining();
        let first = join(1);
        let (alone, end) = begins.recv().await.unwrap();
        assert_eq!(alone, [1]);
        let others: Vec<_> = (2..=40).map(&join).collect();
        tokio::task::yield_now().await;
        let (together, end_together) = begins.recv().await.unwrap();
        assert_eq!(together, (2..=33).collect::<Vec<_>>());
        end.send(()).unwrap();
        let (rest, end) = begins.recv().await.unwrap();
        assert_eq!(rest, (34..=40).collect::<Vec<_>>());
        end.send(()).unwrap();
        end_together.send(()).unwrap();
        assert_eq!(first.await.unwrap().unwrap(), 10);
        for (place, other) in others.into_iter().enumerate() {
            assert_eq!(other.await.unwrap().unwrap() as usize, 10 * (place + 2));
        }
    }

    #[tokio::test]
    async fn whoever_takes_long_is_overtaken() {
        let (join, mut begins) = joining();
        let mut slow = Vec::new();
        for number in 1..=2 {
            slow.push((join(number), begins.recv().await.unwrap()));
        }
        let quick = join(3);
        let (numbers, end) = begins.recv().await.unwrap();
        assert_eq!(numbers, [3]);
        end.send(()).unwrap();
        assert_eq!(quick.await.unwrap().unwrap(), 30);
        for (number, (slow, (_, end))) in (1..).zip(slow) {
            end.send(()).unwrap();
            assert_eq!(slow.await.unwrap().unwrap(), 10 * number);
        }
    }

    #[tokio::test]
    async fn when_the_work_goes_wrong_its_members_are_told_and_the_next_begin_anew() {
        let (join, mut begins) = joining();
        for number in 1..=3 {
            let unlucky = join(number);
            drop(begins.recv().await.unwrap());
            assert!(matches!(unlucky.await.unwrap(), Err(DbError::Worker)));
        }
        let lucky = join(4);
        let (_, end) = begins.recv().await.unwrap();
        end.send(()).unwrap();
        assert_eq!(lucky.await.unwrap().unwrap(), 40);
    }

    /// Has the job begun on a thread of its own, which ends with its runtime, whether the job has or not.
    fn on_a_thread(number: u32, may_end: bool, groups: &Arc<Groups<u32, u32>>) {
        let (begun, mut begins) = unbounded_channel();
        let (groups, work) = (Arc::clone(groups), work(begun));
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
            runtime.block_on(async {
                let answer = tokio::spawn(async move { groups.join(number, work).await });
                let (_, end) = begins.recv().await.unwrap();
                if may_end {
                    end.send(()).unwrap();
                    assert_eq!(answer.await.unwrap().unwrap(), 10 * number);
                }
            });
        });
        thread.join().unwrap();
    }

    #[test]
    fn who_takes_the_place_of_a_thread_that_ended_at_work_begins_anew() {
        let groups = Arc::default();
        // More often than groups may be at work at once.
        for (number, may_end) in [(1, false), (2, false), (3, false), (4, true)] {
            on_a_thread(number, may_end, &groups);
        }
    }
}
