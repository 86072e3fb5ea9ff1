-- Messages are deduplicated by their publisher's id, type and text together: two messages that share an id by mistake both take
-- effect. Rows from before have no deduplication id. No release has used the constraint that is dropped, so this is one step.
alter table es.inbox_message add column deduplication_id text collate "C";
alter table es.inbox_message drop constraint inbox_message_queue_message_id_key;
create unique index inbox_message_deduplication on es.inbox_message (queue, deduplication_id);
