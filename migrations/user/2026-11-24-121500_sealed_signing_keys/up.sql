-- Private keys are sealed from now on (`user-service`: keys/stored.rs). Keys that stand here in the clear are forgotten and
-- made anew at the start: access tokens that they signed are refreshed once more than usual.
DELETE FROM signing_keys WHERE octet_length(private_der) = 48;
COMMENT ON COLUMN signing_keys.private_der IS 'Ed25519, PKCS#8 v1, sealed for its kid under the pepper';
