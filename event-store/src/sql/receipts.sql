-- How many receipts there are, and the first position named by one whose range does not begin and end with its command's events.
select
    count(*),
    min(command.first_position) filter (
        where first.position is null
            or last.position is null
            or command.last_position > $1
            or first.metadata ->> 'commandId' is distinct from command.command_id::text
            or last.metadata ->> 'commandId' is distinct from command.command_id::text
    )
from es.command command
left join es.event first on first.position = command.first_position
left join es.event last on last.position = command.last_position
