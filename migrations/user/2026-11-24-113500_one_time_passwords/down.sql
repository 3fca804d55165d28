DROP TABLE recovery_codes;
DROP TABLE one_time_passwords;
