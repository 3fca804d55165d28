//! What clients send about accounts.

use paperclip::actix::Apiv2Schema;
use service_kit::{
    auth::Role,
    http::{Fields, FromFields, FromParams, PageRequest, Params, page::DEFAULT_LIMIT},
};

use super::{email::Email, timezone::Timezone, username::Username};
use crate::passwords::{rules, secret::Secret};

/// A new account.
#[derive(Debug, Clone, Apiv2Schema)]
pub struct RegisterRequest {
    /// E-mail address; unique without regard to case.
    pub email: Email,
    /// 10 to 128 characters, not a common one, not the address.
    pub password: Secret,
    /// Display name.
    pub username: Option<Username>,
    /// `admin` only with an administrator's token.
    pub role: Option<Role>,
    /// IANA name; UTC if left out.
    pub timezone: Option<Timezone>,
}

impl FromFields for RegisterRequest {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        let email: Option<Email> = fields.required("email");
        let password: Option<Secret> = fields.required("password");
        fields.describe("password", rules::wire());
        let (username, role) = (fields.optional("username"), fields.optional("role"));
        let timezone = fields.optional("timezone");
        if let Some(password) = &password {
            for fault in rules::faults(password, email.as_ref()) {
                fields.fail::<()>("password", fault);
            }
        }
        Some(Self { email: email?, password: password?, username, role, timezone })
    }
}

/// Changes of one's own account; what is left out stays.
#[derive(Debug, Clone, Apiv2Schema)]
pub struct UpdateMeRequest {
    /// Display name; null clears it.
    pub username: Option<Option<Username>>,
    /// IANA name.
    pub timezone: Option<Timezone>,
    /// A new address; needs `current_password`.
    pub email: Option<Email>,
    /// Shows that it is really you.
    pub current_password: Option<Secret>,
}

impl FromFields for UpdateMeRequest {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        Some(Self {
            username: fields.change_or_clear("username"),
            timezone: fields.change("timezone"),
            email: fields.change("email"),
            current_password: fields.optional("current_password"),
        })
    }
}

/// What an administrator changes; what is left out stays.
#[derive(Debug, Clone, Apiv2Schema)]
pub struct UpdateUserRequest {
    /// What they may do. A demoted user must sign in anew.
    pub role: Option<Role>,
    /// False disables the account and ends its sessions.
    pub is_active: Option<bool>,
    /// Display name; null clears it.
    pub username: Option<Option<Username>>,
}

impl FromFields for UpdateUserRequest {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        Some(Self {
            role: fields.change("role"),
            is_active: fields.change("is_active"),
            username: fields.change_or_clear("username"),
        })
    }
}

/// Query of the list of accounts.
#[derive(Debug, Clone, Default, Apiv2Schema)]
pub struct ListUsersQuery {
    /// Part of the e-mail address or of the name, without regard to case.
    pub q: Option<String>,
    /// Exactly this address, without regard to case.
    pub email: Option<Email>,
    /// Only these.
    pub role: Option<Role>,
    /// Enabled or disabled accounts only.
    pub is_active: Option<bool>,
    /// Accounts a page, 1 to 100; 20 if left out.
    pub limit: Option<i64>,
    /// From `next` or `previous`.
    pub cursor: Option<String>,
    /// Also count all of them.
    pub count: Option<bool>,
}

impl ListUsersQuery {
    /// The page asked for.
    #[must_use]
    pub fn page(&self) -> PageRequest {
        PageRequest {
            limit: self.limit.unwrap_or(DEFAULT_LIMIT),
            cursor: self.cursor.clone(),
            count: self.count.unwrap_or(false),
        }
    }
}

impl FromParams for ListUsersQuery {
    fn from_params(params: &mut Params) -> Self {
        let page = PageRequest::from_params(params);
        Self {
            q: params.optional("q"),
            email: params.optional("email"),
            role: params.optional("role"),
            is_active: params.optional("is_active"),
            limit: Some(page.limit),
            cursor: page.cursor,
            count: Some(page.count),
        }
    }
}
