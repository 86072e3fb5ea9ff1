-- Every command paid for an index by which nobody has ever looked: receipts are found by their id. Whoever prunes them by age
-- finds the position of that age in the log and compares first_position, in one pass.

drop index es.command_recorded_at;
