//! One step of the shown builds in one statement: it moves them to a position and writes their rows, or does nothing.

use event_store::{RecordedEvent, sql};
use sqlx::{PgConnection, query::QueryScalar};

use crate::{
    BuildStatus,
    engine::{checkpoints::Checkpoint, table::RowBatch},
};

/// Parameters before those of the rows.
const BOUND: usize = 7;

/// Moves these builds past an event and writes these rows, if all the builds are still at their checkpoints and under
/// this fence and the event is in the log. Otherwise it writes nothing and returns false.
///
/// A log that holds the last event of a batch holds those before it, because positions are handed out in order.
pub(crate) async fn step(
    connection: &mut PgConnection,
    checkpoints: &[Checkpoint],
    fence: i64,
    last: &RecordedEvent,
    rows: Vec<RowBatch>,
) -> Result<bool, sqlx::Error> {
    let sql = statement(&rows);
    let query = sqlx::query_scalar(&sql)
        .bind(
            checkpoints
                .iter()
                .map(|checkpoint| checkpoint.model.name())
                .collect::<Vec<_>>(),
        )
        .bind(
            checkpoints
                .iter()
                .map(|checkpoint| checkpoint.build)
                .collect::<Vec<_>>(),
        )
        .bind(
            checkpoints
                .iter()
                .map(|checkpoint| checkpoint.position.get())
                .collect::<Vec<_>>(),
        )
        .bind(fence)
        .bind(last.position.get())
        .bind(BuildStatus::Live.code())
        .bind(last.hash.as_slice());
    let columns = rows.into_iter().flat_map(RowBatch::into_cells);
    let query = columns.fold(query, QueryScalar::bind);
    // Fetches all rows and not only the first: the end of the commit comes last.
    let moved: Vec<bool> = query.fetch_all(connection).await?;
    Ok(moved == [true])
}

/// Locks all builds before it moves any, so that none moves without the others.
fn statement(rows: &[RowBatch]) -> String {
    let mut sql = format!(
        "with held as (
            select p.name, p.version
            from es.projection p
            join unnest($1::text[], $2::integer[], $3::bigint[]) as mine (name, version, position)
                on p.name = mine.name and p.version = mine.version and p.position = mine.position
            where p.shard = 0 and p.fence = $4 and p.status = $6
                and {event_is_recorded}
            for update of p
        ),
        moved as (
            update es.projection p
            set position = $5, updated_at = clock_timestamp()
            from held
            where p.name = held.name and p.version = held.version and p.shard = 0
                and (select count(*) from held) = cardinality($1)
            returning p.name
        ),
        whole as (select from moved having count(*) = cardinality($1))",
        event_is_recorded = sql::holds_event("$5", "$7"),
    );
    let mut bound = BOUND;
    for (n, rows) in rows.iter().enumerate() {
        let write = rows.statement(bound, "whole");
        sql.extend([", rows_", &n.to_string(), " as (", &write, ")"]);
        bound = bound.saturating_add(rows.width());
    }
    sql.push_str(" select exists (select from whole)");
    sql
}
