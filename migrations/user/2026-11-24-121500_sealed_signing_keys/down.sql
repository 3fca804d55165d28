COMMENT ON COLUMN signing_keys.private_der IS NULL;
DELETE FROM signing_keys;
