//! What is measured.

use clap::ValueEnum;
use rand::{Rng, seq::IndexedRandom as _};
use reqwest::Method;
use rig::addresses::Addresses;
use serde_json::{Value, json};

use crate::people::{Administrator, Caller};

/// One kind of request, or a mix of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Scenario {
    /// One of the caller's tasks.
    OneTask,
    /// The caller's tasks, page 1.
    MyTasks,
    /// The caller's unread notifications, page 1.
    Notifications,
    /// The next status of one of the caller's tasks: row, history, outbox.
    MoveStatus,
    /// The same while nobody hears of it: what the move itself costs, with its way to the broker.
    MoveUnheard,
    /// A task with an assignee, until the assignee has their notification.
    Create,
    /// Both calls to the other services included.
    Dashboard,
    /// Everybody's tasks, page 1.
    AllTasks,
    /// Everybody's tasks with a number in their title: one, or a few.
    Search,
    /// 60 % my tasks, 15 % one task, 10 % notifications, 10 % moves of a status, 5 % dashboards.
    Mix,
}

/// What the mix is made of, and how many of a hundred requests each is.
pub const MIX: [(Scenario, u32); 5] = [
    (Scenario::MyTasks, 60),
    (Scenario::OneTask, 15),
    (Scenario::Notifications, 10),
    (Scenario::MoveStatus, 10),
    (Scenario::Dashboard, 5),
];

/// A request to one of the services.
pub struct Request {
    /// The method.
    pub method: Method,
    /// Which service: where it listens.
    pub service: fn(&Addresses) -> std::net::SocketAddr,
    /// The path and query.
    pub path: String,
    /// The body.
    pub body: Option<Value>,
    /// As the administrator, and not as the caller.
    pub as_administrator: bool,
}

const TASK: fn(&Addresses) -> std::net::SocketAddr = |at| at.task;
const NOTIFICATION: fn(&Addresses) -> std::net::SocketAddr = |at| at.notification;

impl Scenario {
    /// All, in the report's order: reads first. After a write, its vacuum would be counted among their costs.
    pub const ALL: [Self; 8] = [
        Self::OneTask,
        Self::MyTasks,
        Self::Notifications,
        Self::Dashboard,
        Self::Mix,
        Self::MoveStatus,
        Self::MoveUnheard,
        Self::Create,
    ];

    /// What sizes are compared by: the same, and what an administrator does.
    pub const AT_SCALE: [Self; 9] = [
        Self::OneTask,
        Self::MyTasks,
        Self::Notifications,
        Self::MoveStatus,
        Self::Create,
        Self::Dashboard,
        Self::Mix,
        Self::AllTasks,
        Self::Search,
    ];

    /// Its name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::OneTask => "one task",
            Self::MyTasks => "my tasks, page 1",
            Self::Notifications => "notifications",
            Self::MoveStatus => "PUT status, all told",
            Self::MoveUnheard => "PUT status",
            Self::Create => "create and notify",
            Self::Dashboard => "dashboard",
            Self::AllTasks => "all tasks, page 1",
            Self::Search => "search",
            Self::Mix => "mix 60/15/10/10/5",
        }
    }

    /// The most processor time per request, in milliseconds, that we allow ourselves: services and Postgres together. `None`
    /// where nothing was said.
    pub fn bar(self) -> Option<f64> {
        let bar = match self {
            Self::OneTask => 0.10,
            Self::MyTasks => 0.16,
            Self::Notifications => 0.14,
            Self::MoveUnheard => 0.35,
            Self::Create => 0.90,
            Self::Dashboard => 0.45,
            Self::Mix => 0.20,
            Self::MoveStatus | Self::AllTasks | Self::Search => return None,
        };
        Some(bar)
    }

    /// The most that this may be, as a multiple of its floor. `None` where nothing was said.
    pub fn multiple(self) -> Option<f64> {
        match self {
            Self::OneTask => Some(2.5),
            Self::MyTasks => Some(2.2),
            Self::Notifications => Some(2.4),
            _ => None,
        }
    }

    /// HTTP requests that one of it is made of, those between services included.
    pub fn http_requests(self) -> f64 {
        match self {
            Self::Dashboard => 3.0,
            Self::Mix => {
                MIX.into_iter().map(|(one, of_100)| one.http_requests() * f64::from(of_100) / 100.0).sum()
            }
            _ => 1.0,
        }
    }

    /// Events follow from it whose consequences belong to its cost.
    pub fn has_consequences(self) -> bool {
        matches!(self, Self::MoveStatus | Self::Create | Self::Mix)
    }

    /// The notification service is held meanwhile.
    pub fn is_unheard(self) -> bool {
        self == Self::MoveUnheard
    }

    /// The next request of this caller.
    pub fn request(self, caller: &Caller, to: &Administrator, rng: &mut impl Rng) -> Request {
        let get = |service, path: String| Request {
            method: Method::GET,
            service,
            path,
            body: None,
            as_administrator: false,
        };
        match self {
            Self::OneTask => get(TASK, format!("/api/tasks/{}/", caller.any_task(rng))),
            Self::MyTasks => get(TASK, "/api/tasks/".to_owned()),
            Self::Notifications => get(NOTIFICATION, "/api/notifications/".to_owned()),
            Self::Dashboard => get(NOTIFICATION, "/api/users/dashboard/".to_owned()),
            Self::MoveStatus | Self::MoveUnheard => {
                let (task, status) = caller.next_move(rng);
                Request {
                    method: Method::PUT,
                    body: Some(json!({"status": status})),
                    ..get(TASK, format!("/api/tasks/{task}/"))
                }
            }
            Self::Create => Request {
                method: Method::POST,
                body: Some(json!({
                    "title": "Renew the certificate of the build server",
                    "description": "It ends on Friday; the new one is in the vault.",
                    "assigned_to": to.emails.choose(rng),
                    "due_date": "2031-05-01T12:00:00Z",
                })),
                as_administrator: true,
                ..get(TASK, "/api/tasks/".to_owned())
            },
            Self::AllTasks => Request { as_administrator: true, ..get(TASK, "/api/tasks/".to_owned()) },
            Self::Search => {
                let path = format!("/api/tasks/?q={}", rng.random_range(0..to.tasks));
                Request { as_administrator: true, ..get(TASK, path) }
            }
            Self::Mix => {
                // None of the weights is wrong.
                let (one, _) = MIX.choose_weighted(rng, |(_, of_100)| *of_100).unwrap_or(&MIX[0]);
                one.request(caller, to, rng)
            }
        }
    }
}
