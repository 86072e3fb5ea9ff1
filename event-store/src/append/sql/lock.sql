begin;
select from es.head for update;
