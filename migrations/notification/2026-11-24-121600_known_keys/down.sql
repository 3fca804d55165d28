DROP TABLE known_keys;
