begin;
select position, recorded_at from es.head for update;
