-- These tables change at one end and are large at the other: by default they would be vacuumed after a fifth of all their rows
-- has changed, which at ten million rows is long after the index of the unsent ones is full of dead entries.
SET lock_timeout = '2s';
ALTER TABLE outbox SET (autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 1000, autovacuum_analyze_scale_factor = 0.02);
ALTER TABLE inbox SET (autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 1000, autovacuum_analyze_scale_factor = 0.02);
