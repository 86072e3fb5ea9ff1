//! What happened to a prisoner's case, in the words of the field.

use async_graphql::SimpleObject;
use domain::NomsNumber as Noms;
use projections::{AsOf, TimelinePage};

use super::{Actor, Connection, Edge, Listed};
use crate::{
    access::Reader,
    fault::Fault,
    paging::Forward,
    scalars::{DateTime, Position, PrisonCode},
};

/// Something that happened to a prisoner's case.
#[derive(SimpleObject)]
pub(crate) struct TimelineItem {
    /// Its place in the log.
    position: Position,
    /// What happened, as histories call it.
    title: String,
    /// The event's name in the log.
    event_type: String,
    /// When it took effect.
    occurred_at: DateTime,
    /// When it was recorded.
    recorded_at: DateTime,
    /// Who did it.
    by: Actor,
    /// The prison in whose context it happened.
    prison: Option<PrisonCode>,
    /// What there is to say about it.
    details: Vec<TimelineDetail>,
}

/// One thing to say about an item.
#[derive(SimpleObject)]
pub(crate) struct TimelineDetail {
    /// What it is.
    label: String,
    /// Its value.
    value: String,
}

impl TimelineItem {
    fn new(item: projections::TimelineItem) -> Self {
        let context = || item.metadata.prison.as_deref()?.parse().ok();
        let prison = item.event.prison().or_else(context);
        Self {
            position: Position(item.position),
            title: item.description.title.to_owned(),
            occurred_at: DateTime(item.metadata.occurred_at),
            recorded_at: DateTime(item.recorded_at),
            by: (&item.metadata.actor).into(),
            prison: prison.map(PrisonCode),
            details: item
                .description
                .details
                .into_iter()
                .filter_map(TimelineDetail::new)
                .collect(),
            event_type: item.event_type,
        }
    }
}

impl Listed for TimelineItem {
    const CONNECTION: &'static str = "TimelineConnection";
    const EDGE: &'static str = "TimelineEdge";
}

impl TimelineDetail {
    /// A detail that may be seen.
    fn new(detail: domain::Detail) -> Option<Self> {
        Some(Self {
            label: detail.label.to_owned(),
            value: detail.value?,
        })
    }
}

impl TimelineItem {
    /// A page of a prisoner's history; its cursors are positions. It is empty for those who may not be told of the
    /// prisoner.
    pub(crate) async fn page(
        reader: &Reader<'_>,
        noms: Noms,
        page: &Forward,
        as_of: Option<AsOf>,
    ) -> Result<Connection<Self>, Fault> {
        let Some(told) = reader.timeline(noms, page, as_of).await? else {
            return Ok(Connection::new(Vec::new(), 0, false, false));
        };
        let TimelinePage {
            items,
            total,
            has_next,
            ..
        } = told.into_inner();
        let edges = items.into_iter().map(|item| Edge {
            cursor: item.position.to_string(),
            node: Self::new(item),
        });
        let has_previous = page.after_position()?.is_some();
        Ok(Connection::new(edges.collect(), total, has_previous, has_next))
    }
}
