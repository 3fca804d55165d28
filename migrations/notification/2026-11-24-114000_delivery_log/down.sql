DROP VIEW deliveries;
DROP INDEX mails_log_failed;
DROP INDEX mails_log_of_user;
ALTER TABLE mails DROP COLUMN address;
