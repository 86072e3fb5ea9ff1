//! Whatever the owner changes in schema `es` is found by the audit, or listed among what it does not show.

use event_store::{
    Expected, Log,
    audit::{NOT_SHOWN, Part, VerifyError, verify},
};
use serde_json::json;
use sqlx::{Executor, PgConnection};
use uuid::Uuid;

use crate::support::{Store, master, nine_events, request, stream, write};

const COLUMNS: &str = "
    select c.relname::text, a.attname::text, format_type(a.atttypid, null)
    from pg_attribute a join pg_class c on c.oid = a.attrelid
    where c.relnamespace = 'es'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
        and a.attnum > 0 and not a.attisdropped
    order by c.relname, a.attnum";

/// The owner may take away whatever forbids a change.
const WITHOUT_RULES: &str = "
    set session_replication_role = replica;
    do $$
    declare
        rule record;
    begin
        for rule in
            select conrelid::regclass as name, conname from pg_constraint join pg_class on pg_class.oid = conrelid
            where relnamespace = 'es'::regnamespace and contype = 'c'
            order by relispartition
        loop
            execute format('alter table %s drop constraint if exists %I', rule.name, rule.conname);
        end loop;
    end $$;";

/// Another value of a column's type.
fn another(column: &str, kind: &str) -> String {
    let other = match kind {
        "bigint" | "integer" | "smallint" => format!("coalesce({column}, 0) + 1000"),
        "text" => format!("coalesce({column}, '') || 'x'"),
        "uuid" => "gen_random_uuid()".to_owned(),
        "timestamp with time zone" => format!("coalesce({column}, now()) + interval '1 day'"),
        "boolean" => format!("not {column}"),
        "bytea" => format!("set_byte({column}, 0, get_byte({column}, 0) # 1)"),
        "json" | "jsonb" => r#"'{"changed": true}'"#.to_owned(),
        other => panic!("say how {column} of type {other} is changed"),
    };
    format!("{column} = {other}")
}

fn is_listed(table: &str, column: &str) -> bool {
    NOT_SHOWN
        .iter()
        .filter(|entry| entry.table == table)
        .any(|entry| match entry.part {
            Part::All => true,
            Part::Columns(columns) => columns.contains(&column),
            Part::Rows(_) => false,
        })
}

/// Makes a change, asks the audit, and takes the change back; whether it was found.
async fn is_found(store: &Store, owner: &mut PgConnection, table: &str, change: &str) -> bool {
    let keep = format!("create temp table kept as table es.{table}");
    owner.execute(keep.as_str()).await.unwrap();
    let changed = owner.execute(change).await.unwrap();
    assert_eq!(
        changed.rows_affected(),
        1,
        "{change}: put a row into es.{table} first"
    );
    let found = match verify(&store.app, Some(&master()), |_| ()).await {
        Ok(_) => false,
        Err(VerifyError::Broken(_)) => true,
        Err(error) => panic!("{change}: {error}"),
    };
    let restore = format!("truncate es.{table}; insert into es.{table} table kept; drop table kept");
    owner.execute(restore.as_str()).await.unwrap();
    found
}

/// A log with something in each table that the audit reads.
async fn log() -> Store {
    let store = Store::fresh().await;
    let sealed = json!({"name": {"$personal": "Erika"}});
    let secret = request(vec![write(&stream("S0000SS"), Expected::Any, [sealed])]);
    store.log.append(secret).await.unwrap();
    nine_events(&store.log).await;
    store.log.record_noop(Uuid::now_v7(), [7; 32]).await.unwrap();
    store
}

#[tokio::test]
async fn a_change_of_any_column_is_found_or_listed_among_what_is_not_shown() {
    let store = log().await;
    let mut owner = store.owner.acquire().await.unwrap();
    owner.execute(WITHOUT_RULES).await.unwrap();
    let columns: Vec<(String, String, String)> =
        sqlx::query_as(COLUMNS).fetch_all(&mut *owner).await.unwrap();
    let mut missed = Vec::new();
    for (table, column, kind) in &columns {
        if is_listed(table, column) {
            continue;
        }
        let first = format!("ctid = (select min(ctid) from es.{table})");
        let change = format!("update es.{table} set {} where {first}", another(column, kind));
        if !is_found(&store, &mut owner, table, &change).await {
            missed.push(format!("{table}.{column}"));
        }
    }
    assert_eq!(missed, [""; 0], "neither found nor listed");
    verify(&store.app, Some(&master()), |_| ()).await.unwrap();

    for entry in NOT_SHOWN {
        let known = |column: &str| {
            columns
                .iter()
                .any(|(table, name, _)| table == entry.table && (column == "*" || name == column))
        };
        match entry.part {
            Part::Columns(listed) => assert!(listed.iter().all(|column| known(column)), "{entry:?}"),
            Part::All | Part::Rows(_) => assert!(known("*"), "{entry:?}"),
        }
    }
}

#[tokio::test]
async fn a_row_that_is_gone_is_found_or_listed_among_what_is_not_shown() {
    let store = log().await;
    let mut owner = store.owner.acquire().await.unwrap();
    owner.execute(WITHOUT_RULES).await.unwrap();
    for table in ["event", "stream", "command", "subject_key", "head"] {
        let change = format!("delete from es.{table} where ctid = (select min(ctid) from es.{table})");
        assert!(is_found(&store, &mut owner, table, &change).await, "{table}");
    }
    let unchanged = "delete from es.command where first_position is null";
    assert!(
        !is_found(&store, &mut owner, "command", unchanged).await,
        "it would not be listed then"
    );
}

#[tokio::test]
async fn versions_that_a_receipt_names_are_those_of_its_events() {
    let store = log().await;
    let mut owner = store.owner.acquire().await.unwrap();
    // As versions before 0008 wrote them.
    let named = "update es.command set versions = es.versions(first_position, last_position)::jsonb where first_position = 4";
    owner.execute(named).await.unwrap();
    verify(&store.app, None, |_| ()).await.unwrap();
    for change in [
        r#"update es.command set versions = '{"case-A1111AA": 7}' where first_position = 4"#,
        r#"update es.command set versions = '{"case-A1111AA": 1}' where first_position is null"#,
    ] {
        assert!(is_found(&store, &mut owner, "command", change).await, "{change}");
    }
}

#[test]
fn operations_lists_what_is_not_shown() {
    let operations = include_str!("../../../docs/OPERATIONS.md");
    for entry in NOT_SHOWN {
        let names: Vec<String> = match entry.part {
            Part::All => vec![format!("`es.{}`", entry.table)],
            Part::Columns(columns) => columns
                .iter()
                .map(|column| format!("`es.{}.{column}`", entry.table))
                .collect(),
            Part::Rows(rows) => vec![rows.to_owned()],
        };
        for name in names {
            assert!(
                operations.contains(&name),
                "OPERATIONS does not say that the audit leaves out {name}"
            );
        }
    }
}
