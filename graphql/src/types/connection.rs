//! One page of a list, as Relay clients read it.

use std::borrow::Cow;

use async_graphql::{OutputType, SimpleObject, TypeName, connection::PageInfo};

/// An item of lists, and what the types of these lists are called.
pub(crate) trait Listed: OutputType {
    /// The type of a page.
    const CONNECTION: &'static str;
    /// The type of an item with its cursor.
    const EDGE: &'static str;
}

/// One page of a list.
#[derive(SimpleObject)]
#[graphql(name_type)]
pub(crate) struct Connection<T: Listed> {
    /// The items of this page with their cursors.
    pub(crate) edges: Vec<Edge<T>>,
    /// Whether there is more on either side, and from where to go on.
    pub(crate) page_info: PageInfo,
    /// How many items the whole list has.
    pub(crate) total_count: i32,
}

/// An item of a list and where it stands.
#[derive(SimpleObject)]
#[graphql(name_type)]
pub(crate) struct Edge<T: Listed> {
    /// The item.
    pub(crate) node: T,
    /// Where it stands in the list: opaque, for `after` and `before`.
    pub(crate) cursor: String,
}

impl<T: Listed> TypeName for Connection<T> {
    fn type_name() -> Cow<'static, str> {
        Cow::Borrowed(T::CONNECTION)
    }
}

impl<T: Listed> TypeName for Edge<T> {
    fn type_name() -> Cow<'static, str> {
        Cow::Borrowed(T::EDGE)
    }
}

impl<T: Listed> Connection<T> {
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
