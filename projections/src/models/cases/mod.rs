//! Cases: one row per prisoner, with everything that a list shows, sorts and filters by.

mod bucket;
mod cursor;
mod fold;
mod order;
mod page;
mod queries;
mod rows;
mod view;

pub use bucket::CaseBucket;
pub use cursor::Cursor;
pub use order::{CaseOrder, CaseOrderField};
pub use page::{CaseFilter, CasePage, CaseQuery, PageRequest, PomRole};
pub use queries::{CasePrison, PrisonCounts};
pub use view::CaseView;

pub(crate) use fold::CaseRow;
pub(crate) use queries::bucket_column;
