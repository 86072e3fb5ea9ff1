//! One page of a list, as Relay clients read it.

use async_graphql::{OutputType, SimpleObject, connection::PageInfo};

use super::{Case, RecordedEvent, TimelineItem};

/// One page of a list.
#[derive(SimpleObject)]
#[graphql(concrete(name = "CaseConnection", params(Case)))]
#[graphql(concrete(name = "TimelineConnection", params(TimelineItem)))]
pub(crate) struct Connection<T: OutputType>
where
    Edge<T>: OutputType,
{
    /// The items of this page with their cursors.
    pub(crate) edges: Vec<Edge<T>>,
    /// Whether there is more on either side, and from where to go on.
    pub(crate) page_info: PageInfo,
    /// How many items the whole list has.
    pub(crate) total_count: i32,
}

/// An item of a list and where it stands.
#[derive(SimpleObject)]
#[graphql(concrete(name = "CaseEdge", params(Case)))]
#[graphql(concrete(name = "TimelineEdge", params(TimelineItem)))]
#[graphql(concrete(name = "EventEdge", params(RecordedEvent)))]
pub(crate) struct Edge<T: OutputType> {
    /// The item.
    pub(crate) node: T,
    /// Where it stands in the list: opaque, for `after` and `before`.
    pub(crate) cursor: String,
}

impl<T: OutputType> Connection<T>
where
    Edge<T>: OutputType,
{
    pub(crate) fn new(edges: Vec<Edge<T>>, total: u64, has_previous_page: bool, has_next_page: bool) -> Self {
        let page_info = PageInfo {
            has_previous_page,
            has_next_page,
            start_cursor: edges.first().map(|edge| edge.cursor.clone()),
            end_cursor: edges.last().map(|edge| edge.cursor.clone()),
        };
        Self {
            edges,
            page_info,
            total_count: super::int(total),
        }
    }
}
