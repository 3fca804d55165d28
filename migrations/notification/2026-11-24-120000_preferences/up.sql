-- Preferences: several reminders of one task, quiet hours, the weekly digest, a language, and the webhook channel.
SET lock_timeout = '2s';

ALTER TABLE preferences
    ADD COLUMN remind_again_before_minutes integer[] NOT NULL DEFAULT '{}', -- besides remind_before_minutes
    ADD COLUMN digest_weekday text NOT NULL DEFAULT 'monday'
        CHECK (digest_weekday IN ('monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday')),
    ADD COLUMN quiet_from_minute smallint CHECK (quiet_from_minute BETWEEN 0 AND 1439), -- of the day, where they live
    ADD COLUMN quiet_to_minute smallint CHECK (quiet_to_minute BETWEEN 0 AND 1439),
    ADD COLUMN language text NOT NULL DEFAULT 'en' CHECK (language IN ('en', 'de')),
    ADD CHECK ((quiet_from_minute IS NULL) = (quiet_to_minute IS NULL)),
    DROP CONSTRAINT preferences_digest_check,
    ADD CONSTRAINT preferences_digest_check CHECK (digest IN ('off', 'daily', 'weekly'));

ALTER TABLE preference_channels ADD COLUMN webhook boolean NOT NULL DEFAULT true;

-- A reminder happens once per task, due date, lead time and person. Rows from before know no person: they stand for all.
ALTER TABLE reminders ADD COLUMN user_id uuid;
ALTER TABLE reminders DROP CONSTRAINT reminders_pkey;
CREATE UNIQUE INDEX reminders_once ON reminders (task_id, kind, due_date, lead_minutes, user_id);
