-- How many receipts of recorded commands there are, and the first position for which they do not account. In order they cover the log without a gap
-- and without an overlap, and each begins and ends with events of its own command, at the time of the first. A receipt names no versions, or, if
-- it is of the time when they did, those that the events have; without events it names none.
with receipt as (
    select
        command_id, first_position, last_position, recorded_at, versions,
        lag(least(last_position, $1::bigint), 1, 0::bigint) over (order by first_position, last_position) + 1 as due
    from es.command
    where first_position is not null
)
select
    count(*),
    least(
        min(least(receipt.first_position, receipt.due)) filter (
            where receipt.first_position is distinct from receipt.due
                or first.position is null
                or last.position is null
                or receipt.last_position > $1
                or first.recorded_at is distinct from receipt.recorded_at
                or first.metadata ->> 'commandId' is distinct from receipt.command_id::text
                or last.metadata ->> 'commandId' is distinct from receipt.command_id::text
                or case
                    when receipt.versions = '{}' then false
                    else receipt.versions is distinct from es.versions(receipt.first_position, receipt.last_position)::jsonb
                end
        ),
        case when coalesce(max(receipt.last_position), 0) < $1 then coalesce(max(receipt.last_position), 0) + 1 end,
        case
            when exists (select from es.command where first_position is null and (last_position is not null or versions <> '{}')) then 0
        end
    )
from receipt
left join es.event first on first.position = receipt.first_position
left join es.event last on last.position = receipt.last_position
