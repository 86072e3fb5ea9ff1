-- A repetition is told from another message by its publisher's id and its content together: a publisher that uses one id for two
-- messages loses neither. Rows from before have no such id. No release knows the constraint that goes here.
alter table es.inbox_message add column deduplication_id text collate "C";
alter table es.inbox_message drop constraint inbox_message_queue_message_id_key;
create unique index inbox_message_deduplication on es.inbox_message (queue, deduplication_id);
