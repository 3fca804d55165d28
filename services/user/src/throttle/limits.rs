//! The limits, as settings.

use clap::Args;

/// How much of what one client may do. The defaults hold up guessing, and no person or test suite.
#[derive(Debug, Clone, Copy, Args)]
pub struct Limits {
    /// Failed logins of one account from one client before there is a wait between attempts (1, 3, 5, then 10 s).
    #[arg(long, env = "LOGIN_FREE_FAILURES", default_value_t = 5)]
    pub login_free_failures: u32,

    /// Failed logins of one client within 15 minutes, over all accounts.
    #[arg(long, env = "LOGIN_CLIENT_FAILURES", default_value_t = 300)]
    pub login_client_failures: u32,

    /// Wrong one-time passwords of one account within an hour, after its right password.
    #[arg(long, env = "WRONG_CODES_PER_HOUR", default_value_t = 20)]
    pub wrong_codes_per_hour: u32,

    /// Registrations of one client within an hour.
    #[arg(long, env = "REGISTRATIONS_PER_HOUR", default_value_t = 600)]
    pub registrations_per_hour: u32,

    /// Requests for a password reset, and uses of mailed links, of one client within an hour.
    #[arg(long, env = "RESETS_PER_HOUR", default_value_t = 120)]
    pub resets_per_hour: u32,

    /// Mails within an hour by which one account asks whether an e-mail address is its own.
    #[arg(long, env = "ADDRESS_MAILS_PER_HOUR", default_value_t = 10)]
    pub address_mails_per_hour: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            login_free_failures: 5,
            login_client_failures: 300,
            wrong_codes_per_hour: 20,
            registrations_per_hour: 600,
            resets_per_hour: 120,
            address_mails_per_hour: 10,
        }
    }
}
