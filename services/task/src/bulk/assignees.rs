//! Looks up whoever is named in a call, each once, before its transaction begins.

use std::collections::{HashMap, HashSet};

use directory::{Directory, Person, UserRef};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use service_kit::{Problem, auth::Bearer};

use crate::{error::Error, tasks::assignee::AssigneeRef};

/// Questions to the user service at a time; the directory answers most by itself.
const AT_A_TIME: usize = 8;

/// Whom the names mean.
#[derive(Debug, Default, Clone)]
pub struct Assignees(HashMap<UserRef, Person>);

impl Assignees {
    /// Looks all of these up.
    ///
    /// # Errors
    /// 503 when somebody is not known here and the user service cannot be asked.
    pub async fn look_up(
        directory: &Directory,
        bearer: &Bearer,
        named: impl IntoIterator<Item = AssigneeRef>,
    ) -> Result<Self, Problem> {
        let named: HashSet<UserRef> = named.into_iter().map(|who| who.0).collect();
        let questions = named.into_iter().map(|who| async {
            let person = directory.resolve(&who, bearer).await?;
            Ok::<_, Problem>((who, person))
        });
        let answers: Vec<(UserRef, Option<Person>)> =
            stream::iter(questions).buffer_unordered(AT_A_TIME).try_collect().await?;
        Ok(Self(answers.into_iter().filter_map(|(who, person)| Some((who, person?))).collect()))
    }

    /// Everybody found.
    pub fn people(&self) -> impl Iterator<Item = &Person> {
        self.0.values()
    }

    /// Whoever is meant, active or not.
    ///
    /// # Errors
    /// [`Error::NoSuchAssignee`].
    pub fn find(&self, who: &AssigneeRef) -> Result<&Person, Error> {
        self.0.get(&who.0).ok_or(Error::NoSuchAssignee)
    }
}
