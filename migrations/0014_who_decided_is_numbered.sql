-- Every table has a primary key, so that a single row can be named, corrected and replicated. A message that was discarded can be
-- replayed and discarded again, so its place in the log is no key: decisions are numbered.

alter table es.discarded_message
    add column decision bigint generated always as identity primary key;
