-- Proof that the past is unchanged, and the keys of what is personal in it.

-- Signed Merkle roots over ranges of positions; copies are kept outside the database.
create table es.checkpoint (
    from_position bigint not null,
    to_position bigint primary key check (to_position >= from_position),
    root bytea not null check (octet_length(root) = 32),
    previous bytea check (octet_length(previous) = 32),
    key_id text not null,
    signature bytea not null,
    sealed_at timestamptz not null
);

create trigger append_only before update or delete or truncate on es.checkpoint
    for each statement execute function es.refuse_change();

-- One key per person, wrapped by the master key, which the database never sees. Erasing a person destroys the key; the
-- row stays as the record that it was done, and the hashes of the log, taken over what was sealed, still hold.
create table es.subject_key (
    subject_id text collate "C" primary key,
    wrapped_key bytea,
    created_at timestamptz not null default clock_timestamp(),
    destroyed_at timestamptz,
    reason text,
    check ((wrapped_key is null) = (destroyed_at is not null)),
    check ((destroyed_at is null) = (reason is null))
);

-- A destroyed key cannot come back, and a living one cannot be exchanged: that would lose the data under it.
create function es.only_destroy_key() returns trigger language plpgsql as $$
begin
    if old.destroyed_at is not null or new.wrapped_key is not null or new.subject_id <> old.subject_id then
        raise exception 'the key of % can only be destroyed, once', old.subject_id using errcode = '23001';
    end if;
    return new;
end
$$;

create trigger only_destroy before update on es.subject_key
    for each row execute function es.only_destroy_key();

create trigger no_removal before delete or truncate on es.subject_key
    for each statement execute function es.refuse_change();
