//! A page of a list: its size and its start.

use projections::{Cursor, PageRequest};

use crate::fault::Fault;

/// The default size of a page.
const DEFAULT: u32 = 50;

/// The largest size of a page.
pub(crate) const MOST: u32 = 200;

/// A page of a list that is read forwards.
#[derive(Debug, Clone)]
pub(crate) struct Forward {
    pub(crate) first: u32,
    after: Option<String>,
}

impl Forward {
    pub(crate) fn try_new(first: Option<i32>, after: Option<String>) -> Result<Self, Fault> {
        Ok(Self {
            first: size("first", first)?.unwrap_or(DEFAULT),
            after,
        })
    }

    /// The cursor, where cursors are positions.
    pub(crate) fn after_position(&self) -> Result<Option<commands::Position>, Fault> {
        let position = |cursor: &String| {
            let digits = !cursor.is_empty() && cursor.bytes().all(|byte| byte.is_ascii_digit());
            cursor.parse().ok().filter(|_| digits).ok_or_else(not_a_cursor)
        };
        self.after.as_ref().map(position).transpose()
    }
}

/// A page of a list that is read from either end.
#[derive(Debug, Clone)]
pub(crate) enum Page {
    First { count: u32, after: Option<Cursor> },
    Last { count: u32, before: Option<Cursor> },
}

impl Page {
    pub(crate) fn try_new(
        first: Option<i32>,
        after: Option<&str>,
        last: Option<i32>,
        before: Option<&str>,
    ) -> Result<Self, Fault> {
        let (first, last) = (size("first", first)?, size("last", last)?);
        if (first.is_some() || after.is_some()) && (last.is_some() || before.is_some()) {
            return Err(Fault::bad_input(
                "give 'first' and 'after', or 'last' and 'before', not both",
            ));
        }
        if last.is_some() || before.is_some() {
            return Ok(Self::Last {
                count: last.unwrap_or(DEFAULT),
                before: before.map(cursor).transpose()?,
            });
        }
        Ok(Self::First {
            count: first.unwrap_or(DEFAULT),
            after: after.map(cursor).transpose()?,
        })
    }
}

impl From<Page> for PageRequest {
    fn from(page: Page) -> Self {
        match page {
            Page::First { count, after } => Self {
                first: Some(count),
                last: None,
                after,
                before: None,
            },
            Page::Last { count, before } => Self {
                first: None,
                last: Some(count),
                after: None,
                before,
            },
        }
    }
}

fn size(name: &str, asked: Option<i32>) -> Result<Option<u32>, Fault> {
    match asked.map(u32::try_from) {
        None => Ok(None),
        Some(Ok(count)) if (1..=MOST).contains(&count) => Ok(Some(count)),
        Some(_) => Err(Fault::bad_input(format!("'{name}' must be from 1 to {MOST}"))),
    }
}

fn cursor(text: &str) -> Result<Cursor, Fault> {
    Ok(text.parse::<Cursor>()?)
}

fn not_a_cursor() -> Fault {
    Fault::bad_input("the cursor is not one of this list: start without it")
}

/// The size of a page for its cost. A size out of range counts as the nearest in range.
pub(crate) fn most(asked: Option<i32>) -> usize {
    let count = asked.and_then(|count| u32::try_from(count).ok());
    count.unwrap_or(DEFAULT).min(MOST) as usize
}
