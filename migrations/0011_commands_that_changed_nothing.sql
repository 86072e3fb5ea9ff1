-- A command for which there was nothing to do leaves a receipt too, without positions: delivered once more, when there may be
-- something to do, it still does nothing, and its id cannot be used for another request.

alter table es.command
    alter column first_position drop not null,
    alter column last_position drop not null,
    add check ((first_position is null) = (last_position is null));
