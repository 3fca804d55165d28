//! Whether addresses are to be proven here.

use crate::passwords::pepper::Peppers;

/// What the settings say of addresses. Cheap to clone.
#[derive(Clone)]
pub struct Rule {
    /// A new address counts once it is proven, and whoever registers is asked to prove theirs.
    pub is_on: bool,
    /// Such mails that one account may ask for within an hour.
    pub mails_per_hour: u32,
    /// Tokens are made of it.
    pub peppers: Peppers,
}
