DROP TABLE directory_tokens;
