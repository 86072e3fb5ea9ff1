-- A lease ends with the process that holds it. Every session of a process holds a shared advisory lock on the process's id; where an
-- exclusive one can be had, no session is left, and the process is gone. The expiry stays, for processes that are cut off: the
-- database does not know that their sessions are dead.

alter table es.lease
    -- Whose sessions tell whether the owner lives.
    add column process uuid,
    -- The fence under which that was written. Replicas of the version before take a lease and leave the process of an earlier owner.
    add column process_fence bigint;

-- The process of this session, if it said so when it began.
create function es.process() returns uuid language sql stable as $$
    select nullif(current_setting('allocations.process', true), '')::uuid
$$;

-- Whether somebody who lives holds a lease. The lock by which that is tried ends with the transaction. A session is not in its own
-- way, so its own process is not asked about.
create function es.is_held(lease es.lease) returns boolean language sql volatile as $$
    select case
        when lease.until <= clock_timestamp() then false
        when lease.process is null or lease.process_fence <> lease.fence or lease.process = es.process() then true
        else not pg_try_advisory_xact_lock(hashtextextended(lease.process::text, 0))
    end
$$;
