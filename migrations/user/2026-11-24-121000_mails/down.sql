ALTER TABLE users DROP COLUMN email_verified_at;
DROP TABLE email_proofs;
DROP TABLE mails;
