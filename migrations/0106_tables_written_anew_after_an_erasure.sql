-- Dead rows keep what an erased person's rows held until their space is used for others. So a while after an erasure the tables are
-- written anew. One row for each erased person of whom their files hold nothing any more.
create table rm.rewritten (
    subject_id text collate "C" primary key,
    rewritten_at timestamptz not null default clock_timestamp()
);
grant select, insert on rm.rewritten to allocations_app;

-- The keys, too: a dead row holds the key that an erasure destroyed. An expression makes Postgres write each row that lives anew,
-- and no other. Whoever needs a key waits meanwhile: some tenths of a second for all of the country. While the log is audited or
-- dumped this is refused, and tried again.
create function rm.rewrite_keys() returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp set lock_timeout = '200ms' as $$
begin
    alter table es.subject_key alter wrapped_key type bytea using wrapped_key || ''::bytea;
end
$$;
-- A histogram would keep them as well.
alter table es.subject_key alter wrapped_key set statistics 0;

revoke execute on function rm.rewrite_keys() from public;
grant execute on function rm.rewrite_keys() to allocations_app;
