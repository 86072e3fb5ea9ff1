//! One page of a list of cases, with the totals of the whole list, in one statement.

use chrono::NaiveDate;
use domain::{PrisonCode, StaffId, Tier, names::SearchedName, policy::PolicyVersion};
use sqlx::{
    Encode, Postgres, Row as _, Type,
    postgres::{PgArguments, PgRow},
};

use super::{CaseBucket, CaseOrder, CaseRow, CaseView, Cursor, cursor::Value, queries::bucket_column};
use crate::{ReadModelError, ReadModels, engine::row::Row, models::allocations};

/// Rows of a page when the query does not say.
const USUAL_PAGE: u32 = 50;
/// Rows of the longest page.
const LONGEST_PAGE: u32 = 200;

/// A query of a list of cases.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseQuery {
    /// Where the prisoners are counted.
    pub prison: PrisonCode,
    /// Which list; none for a search through all three.
    pub bucket: Option<CaseBucket>,
    /// In which order.
    pub order: CaseOrder,
    /// Which of them.
    pub filter: CaseFilter,
    /// How many, from where.
    pub page: PageRequest,
    /// The London date on which the list is looked at.
    pub today: NaiveDate,
}

/// Conditions on cases; all that are given must hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CaseFilter {
    /// Cases of this member of staff.
    pub staff: Option<StaffId>,
    /// Cases in which that member of staff (or, without one, anybody) has this part.
    pub role: Option<PomRole>,
    /// Cases of this tier.
    pub tier: Option<Tier>,
    /// Words, each of which is part of the name or the number: [`domain::names::SearchedName`].
    pub name: Option<String>,
}

/// A POM's part in a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PomRole {
    /// Owns it.
    Primary,
    /// Works with its owner.
    Coworking,
}

/// A part of a list: the `first` rows after and before these places, or the `last`. At most 200; 50 when neither is given.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PageRequest {
    /// So many from the beginning; wins over `last`.
    pub first: Option<u32>,
    /// So many from the end.
    pub last: Option<u32>,
    /// Only rows after this place.
    pub after: Option<Cursor>,
    /// Only rows before this place.
    pub before: Option<Cursor>,
}

/// A part of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CasePage {
    /// The cases in order, each with its place.
    pub cases: Vec<(CaseView, Cursor)>,
    /// How many cases the whole list has.
    pub total: u64,
    /// Whether there are cases after these.
    pub has_next: bool,
    /// Whether there are cases before these.
    pub has_previous: bool,
}

/// The arguments of a statement, added while its SQL is written.
#[derive(Default)]
struct Arguments {
    values: PgArguments,
    count: usize,
}

impl Arguments {
    fn bind<'q, T: Encode<'q, Postgres> + Type<Postgres> + 'q>(
        &mut self,
        value: T,
    ) -> Result<String, ReadModelError> {
        use sqlx::Arguments as _;
        self.values
            .add(value)
            .map_err(|_| ReadModelError::Damaged("an argument of a list".into()))?;
        self.count = self.count.saturating_add(1);
        Ok(format!("${}", self.count))
    }
}

impl ReadModels {
    /// A page of a list of cases, with the total of the list.
    ///
    /// # Errors
    /// [`ReadModelError::BadCursor`], or when the database cannot answer.
    pub async fn cases(&self, query: &CaseQuery) -> Result<CasePage, ReadModelError> {
        let page = &query.page;
        let backwards = page.first.is_none() && page.last.is_some();
        let length = page.first.or(page.last).unwrap_or(USUAL_PAGE).min(LONGEST_PAGE);
        let (sql, arguments) = statement(self.policy, query, backwards, length)?;
        let rows = sqlx::query_with(&sql, arguments.values)
            .fetch_all(&self.pool)
            .await?;

        let mut cases = Vec::with_capacity(rows.len());
        for row in &rows {
            if row.try_get::<Option<&str>, _>("noms")?.is_some() {
                cases.extend(listed(row, self.policy, query)?);
            }
        }
        if backwards {
            cases.reverse();
        }
        let count = |column: &str| -> Result<u64, ReadModelError> {
            let counted = rows
                .first()
                .map(|row| row.try_get::<i64, _>(column))
                .transpose()?;
            Ok(counted
                .and_then(|count| u64::try_from(count).ok())
                .unwrap_or_default())
        };
        let (total, skipped, beyond) = (count("total")?, count("skipped")?, count("beyond")?);
        let shown = u64::try_from(cases.len()).unwrap_or(u64::MAX);
        let left_out = total.saturating_sub(skipped).saturating_sub(beyond) > shown;
        Ok(CasePage {
            cases,
            total,
            has_next: beyond > 0 || (left_out && !backwards),
            has_previous: skipped > 0 || (left_out && backwards),
        })
    }
}

fn statement(
    policy: PolicyVersion,
    query: &CaseQuery,
    backwards: bool,
    length: u32,
) -> Result<(String, Arguments), ReadModelError> {
    let order = query.order;
    let mut arguments = Arguments::default();
    let conditions = conditions(policy, query, &mut arguments)?;
    let keys = order.field.keys();
    let after = beyond(query.page.after.as_ref(), order, order.descending, &mut arguments)?;
    let before = beyond(
        query.page.before.as_ref(),
        order,
        !order.descending,
        &mut arguments,
    )?;
    let direction = if order.descending == backwards {
        "asc"
    } else {
        "desc"
    };
    let list = |each: &dyn Fn(usize, &str) -> String| {
        keys.iter()
            .enumerate()
            .map(|(n, key)| each(n, key.sql()))
            .collect::<Vec<_>>()
            .join(", ")
    };
    let state = CaseRow::STATE.replace("::text", "");
    let sql = format!(
        "select counted.total, counted.skipped, counted.beyond, {case},
                a.version as a_version, a.position as a_position, a.announced as a_announced,
                a.state::text as a_state, {key_names}
         from (select count(*) as total, count(*) filter (where not {after}) as skipped,
                      count(*) filter (where not {before}) as beyond
               from read.cases where {conditions}) counted
         left join (select {state}, {keys_named} from read.cases
                    where {conditions} and {after} and {before}
                    order by {ordered} limit {limit}) page on true
         left join read.allocations a on a.noms = page.noms
         order by {ordered_names}",
        case = CaseRow::STATE
            .split(", ")
            .map(|column| format!("page.{column}"))
            .collect::<Vec<_>>()
            .join(", "),
        key_names = list(&|n, _| format!("page.key_{n}")),
        keys_named = list(&|n, key| format!("{key} as key_{n}")),
        ordered = list(&|_, key| format!("{key} {direction}")),
        ordered_names = list(&|n, _| format!("page.key_{n} {direction}")),
        limit = arguments.bind(i64::from(length))?,
    );
    Ok((sql, arguments))
}

/// `$1` is the prison and `$2` the day: the orders count on it.
fn conditions(
    policy: PolicyVersion,
    query: &CaseQuery,
    arguments: &mut Arguments,
) -> Result<String, ReadModelError> {
    let CaseFilter {
        staff,
        role,
        tier,
        name,
    } = &query.filter;
    let prison = arguments.bind(query.prison.as_str().to_owned())?;
    let today = arguments.bind(query.today)?;
    let bucket = bucket_column(policy);
    let mut all = vec![format!(
        "prison = {prison} and adult_on <= {today} and {bucket} is not null"
    )];
    if let Some(wanted) = query.bucket {
        all.push(format!("{bucket} = {}", arguments.bind(wanted.code())?));
    }
    if let Some(staff) = staff {
        let id = arguments.bind(staff.get())?;
        all.push(match role {
            Some(PomRole::Primary) => format!("primary_staff = {id}"),
            Some(PomRole::Coworking) => format!("coworking_staff = {id}"),
            None => format!("{id} in (primary_staff, coworking_staff)"),
        });
    } else if let Some(role) = role {
        all.push(match role {
            PomRole::Primary => "primary_staff is not null".to_owned(),
            PomRole::Coworking => "coworking_staff is not null".to_owned(),
        });
    }
    if let Some(tier) = tier {
        all.push(format!("tier = {}", arguments.bind(tier.code())?));
    }
    if let Some(searched) = name.as_deref().and_then(SearchedName::of) {
        let patterns = searched.patterns();
        all.push(if patterns.is_empty() {
            "false".to_owned()
        } else {
            format!("search_text like all ({})", arguments.bind(patterns)?)
        });
    }
    Ok(all.join(" and "))
}

/// The rows on the far side of a place: those with greater keys, or with smaller ones when the order descends.
fn beyond(
    place: Option<&Cursor>,
    order: CaseOrder,
    smaller: bool,
    arguments: &mut Arguments,
) -> Result<String, ReadModelError> {
    let Some(place) = place else {
        return Ok("true".to_owned());
    };
    let keys: Vec<_> = order.field.keys().iter().map(|key| key.sql()).collect();
    let keys = keys.join(", ");
    let mut values = Vec::new();
    for value in place.values(order)? {
        values.push(match value {
            Value::Text(text) => format!("{}::text collate \"C\"", arguments.bind(text.to_owned())?),
            Value::Bytes(bytes) => arguments.bind(bytes)?,
        });
    }
    let sign = if smaller { '<' } else { '>' };
    Ok(format!("(({keys}) {sign} ({}))", values.join(", ")))
}

fn listed(
    row: &PgRow,
    policy: PolicyVersion,
    query: &CaseQuery,
) -> Result<Option<(CaseView, Cursor)>, ReadModelError> {
    let (_, case) = CaseRow::restore(row)?;
    let allocation = allocations::view_in_join(case.noms, row)?;
    let cursor = Cursor::of_row(row, query.order)?;
    Ok(CaseView::new(case, allocation, policy, query.today).map(|view| (view, cursor)))
}
