//! Pure: how many second tries there may be, so that retries do not double the load of a service that is struggling.

/// What one first try earns: one second try for ten first ones.
const EARNED: f64 = 0.1;
/// Second tries that may be saved up; also what there is at the start.
const SAVED: f64 = 10.0;

/// The budget of one service.
#[derive(Debug)]
pub struct RetryBudget(f64);

impl Default for RetryBudget {
    fn default() -> Self {
        Self(SAVED)
    }
}

impl RetryBudget {
    /// A first try is made.
    pub fn earn(&mut self) {
        self.0 = (self.0 + EARNED).min(SAVED);
    }

    /// Whether a second try may be made; if so, it is paid for.
    pub fn spend(&mut self) -> bool {
        let enough = self.0 >= 1.0;
        if enough {
            self.0 -= 1.0;
        }
        enough
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn in_the_long_run_one_in_ten_is_tried_again() {
        let mut budget = RetryBudget::default();
        let mut retries = 0;
        for _ in 0..1_000 {
            budget.earn();
            retries += u32::from(budget.spend());
        }
        assert!((108..=111).contains(&retries), "{retries}");
    }
}
