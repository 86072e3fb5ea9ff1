//! The desk on which one operation is decided: what it rests on, and what it puts down.

use std::{any::Any, collections::HashMap, sync::Arc};

use chrono::{DateTime, NaiveDate, Utc};
use cqrs_es::{Aggregate, DomainEvent};
use domain::{DataSubject, PrisonCode, Stream, Streamed, london_date, policy::PolicyVersion};
use event_store::{Announcement, Expected, NewEvent, RecordedEvent, StreamId, StreamWrite};
use uuid::Uuid;

use crate::{
    access::{Principal, Rule},
    cache::{Loaded, Remembered, StreamCache},
    error::{CommandError, LogTrouble},
    outgoing::Links,
    ports::MemoisedPorts,
    streams::stream_id,
};

/// Where an operation reads what it needs and puts down what it decided.
pub struct Desk<'a> {
    pub(crate) caller: &'a Principal,
    pub(crate) rule: Rule,
    pub(crate) named_prison: Option<PrisonCode>,
    pub(crate) caseload_checked: bool,
    /// Facts of other services, fetched once for the command.
    pub(crate) ports: &'a MemoisedPorts<'a>,
    /// Addresses that messages point to.
    pub(crate) links: Option<&'a Links>,
    /// When the operation takes effect, UTC.
    pub(crate) at: DateTime<Utc>,
    /// The policy in force.
    pub(crate) policy: PolicyVersion,
    /// The request, and the inbound message if one caused it, that messages name.
    pub(crate) trace: (Uuid, Option<String>),
    pub(crate) papers: Papers,
    pub(crate) announcements: Vec<Announcement>,
}

impl Desk<'_> {
    /// The London calendar date on which the operation takes effect.
    #[must_use]
    pub(crate) fn today(&self) -> NaiveDate {
        london_date(self.at)
    }

    /// Lets the caller go on in the context of this prison; every operation bound to caseloads must ask.
    ///
    /// # Errors
    /// When the prison is not among the caller's caseloads.
    pub(crate) fn in_prison(&mut self, prison: PrisonCode) -> Result<(), CommandError> {
        self.rule.check(self.caller, Some(prison))?;
        self.caseload_checked = true;
        self.named_prison = Some(prison);
        Ok(())
    }

    /// An aggregate as the log has it. The decision rests on it: if it changes before the commit, decide again.
    ///
    /// # Errors
    /// When one of its events cannot be read.
    pub(crate) fn load<A>(&mut self, stream: Stream<A>) -> Result<Arc<Loaded<A>>, CommandError>
    where
        A: Streamed + Clone + Any,
    {
        self.papers.load(stream)
    }

    /// Puts down events of a stream that was loaded.
    ///
    /// # Errors
    /// When an event cannot be written as JSON.
    pub(crate) fn write<A>(&mut self, stream: Stream<A>, events: Vec<A::Event>) -> Result<(), CommandError>
    where
        A: Streamed + Clone + Any,
    {
        self.papers.write(stream, events)
    }

    /// Tells other services when the events are recorded.
    pub(crate) fn announce(&mut self, announcement: Announcement) {
        self.announcements.push(announcement);
    }
}

pub(crate) type Remember = Box<dyn FnOnce(&StreamCache) + Send>;

/// One stream on the desk.
struct Paper {
    /// Whose personal-data key seals its events.
    data_subject: DataSubject,
    version: u64,
    state: Remembered,
    events: Vec<NewEvent>,
    remember: Option<Remember>,
}

/// A stream as it was brought to the desk.
pub(crate) enum Brought {
    /// As the bus remembers it: nobody can forget it from here on.
    Remembered(Remembered),
    /// As the log has it.
    Read(Vec<RecordedEvent>),
}

/// The streams on the desk: as brought, as loaded, and as written.
#[derive(Default)]
pub(crate) struct Papers {
    memory_used: bool,
    brought: HashMap<StreamId, Brought>,
    open: HashMap<StreamId, Paper>,
}

impl Papers {
    pub(crate) fn new(brought: HashMap<StreamId, Brought>) -> Self {
        Self {
            brought,
            ..Self::default()
        }
    }

    /// Whether anything came from memory and not from the log.
    pub(crate) fn memory_used(&self) -> bool {
        self.memory_used
    }

    pub(crate) fn version(&self, stream: &StreamId) -> u64 {
        self.open.get(stream).map_or(0, |paper| paper.version)
    }

    /// Whether this stream was looked at.
    pub(crate) fn holds(&self, stream: &StreamId) -> bool {
        self.open.contains_key(stream)
    }

    fn load<A>(&mut self, stream: Stream<A>) -> Result<Arc<Loaded<A>>, CommandError>
    where
        A: Streamed + Clone + Any,
    {
        let (data_subject, stream) = (stream.data_subject(), &stream_id(stream));
        if let Some(paper) = self.open.get(stream) {
            return typed(stream, Arc::clone(&paper.state));
        }
        let (loaded, remember) = match self.brought.remove(stream) {
            Some(Brought::Remembered(state)) => {
                self.memory_used = true;
                (typed::<A>(stream, state)?, None)
            }
            Some(Brought::Read(events)) => {
                let loaded = Arc::new(fold::<A>(events)?);
                (loaded.clone(), Some(remembering(stream, loaded)))
            }
            // To take it for a stream without events would be to decide on what is not so.
            None => {
                return Err(misread(
                    stream,
                    "it is not among those that the operation rests on",
                ));
            }
        };
        let paper = Paper {
            data_subject,
            version: loaded.version,
            state: loaded.clone(),
            events: Vec::new(),
            remember,
        };
        self.open.insert(stream.clone(), paper);
        Ok(loaded)
    }

    fn write<A>(&mut self, stream: Stream<A>, events: Vec<A::Event>) -> Result<(), CommandError>
    where
        A: Streamed + Clone + Any,
    {
        if events.is_empty() {
            return Ok(());
        }
        let loaded = self.load(stream)?;
        let stream = &stream_id(stream);
        let Some(paper) = self.open.get_mut(stream) else {
            return Ok(());
        };
        let mut after = Loaded {
            state: loaded.state.clone(),
            version: loaded.version,
        };
        for event in events {
            paper.events.push(new_event(&event)?);
            after.state.apply(event);
            after.version = after.version.saturating_add(1);
        }
        let after = Arc::new(after);
        paper.state = after.clone();
        paper.remember = Some(remembering(stream, after));
        Ok(())
    }

    /// The writes to append, with the version of every stream that the decision rests on, and what to remember once they are: what
    /// was written, and what was read for it.
    pub(crate) fn take(&mut self) -> (Vec<StreamWrite>, Vec<Remember>) {
        let mut writes = Vec::new();
        let mut remember = Vec::new();
        for (stream, paper) in self.open.drain() {
            remember.extend(paper.remember);
            writes.push(StreamWrite {
                subject: paper.data_subject.to_string(),
                stream,
                expected: Expected::Version(paper.version),
                events: paper.events,
            });
        }
        if writes.iter().all(|write| write.events.is_empty()) {
            writes.clear();
        }
        (writes, remember)
    }
}

fn remembering<A: Any + Send + Sync>(stream: &StreamId, loaded: Arc<Loaded<A>>) -> Remember {
    let stream = stream.clone();
    Box::new(move |cache| cache.put(stream, loaded))
}

fn typed<A: Any + Send + Sync>(stream: &StreamId, state: Remembered) -> Result<Arc<Loaded<A>>, CommandError> {
    state
        .downcast()
        .map_err(|_| misread(stream, "it was loaded as another aggregate"))
}

fn misread(stream: &StreamId, why: &str) -> CommandError {
    CommandError::Internal(LogTrouble::Decode(format!("{stream} cannot be used: {why}")))
}

fn fold<A: Aggregate>(events: Vec<RecordedEvent>) -> Result<Loaded<A>, CommandError> {
    let mut loaded = Loaded {
        state: A::default(),
        version: 0,
    };
    for event in events {
        loaded.state.apply(event.decode::<A::Event>()?);
        loaded.version = event.version;
    }
    Ok(loaded)
}

fn new_event<E: DomainEvent>(event: &E) -> Result<NewEvent, CommandError> {
    let encode = |error: String| CommandError::Internal(LogTrouble::Encode(error));
    Ok(NewEvent {
        event_id: Uuid::now_v7(),
        event_type: event.event_type(),
        schema_version: event
            .event_version()
            .parse()
            .map_err(|_| encode(event.event_version()))?,
        payload: serde_json::to_value(event).map_err(|error| encode(error.to_string()))?,
    })
}

#[cfg(test)]
mod tests {
    use domain::{
        Complexity,
        allocation::Allocation,
        case::{Case, CaseEvent},
    };

    use super::*;
    use crate::cache::StreamCache;

    fn stream() -> Stream<Case> {
        Case::stream("A1234BC".parse().unwrap())
    }

    fn id() -> StreamId {
        stream_id(stream())
    }

    #[test]
    fn what_was_brought_stays_on_the_desk_when_the_bus_forgets_it() {
        let cache = StreamCache::new(8);
        let mut state = Case::default();
        state.apply(&CaseEvent::ComplexityAssessed {
            level: Complexity::High,
        });
        cache.put(id(), Arc::new(Loaded { state, version: 3 }));
        let brought = Brought::Remembered(cache.get(&id()).unwrap());
        let mut papers = Papers::new(HashMap::from([(id(), brought)]));
        cache.forget([&id()]);

        let loaded = papers.load(stream()).unwrap();
        assert_eq!(
            (loaded.version, loaded.state.complexity),
            (3, Some(Complexity::High))
        );
        assert!(papers.memory_used());
    }

    #[test]
    fn what_was_read_is_remembered_and_its_version_is_stated_with_whatever_is_written() {
        let cache = StreamCache::new(8);
        let allocation = Allocation::stream("A1234BC".parse().unwrap());
        let read = [id(), stream_id(allocation)].map(|id| (id, Brought::Read(Vec::new())));
        let mut papers = Papers::new(HashMap::from(read));
        papers.load(allocation).unwrap();
        let assessed = CaseEvent::ComplexityAssessed {
            level: Complexity::High,
        };
        papers.write(stream(), vec![assessed]).unwrap();

        let (writes, remember) = papers.take();
        let mut stated = writes.iter().map(|write| (&write.stream, write.events.len()));
        assert!(stated.any(|stated| stated == (&stream_id(allocation), 0)));
        for remember in remember {
            remember(&cache);
        }
        assert!(cache.get(&id()).is_some() && cache.get(&stream_id(allocation)).is_some());
    }

    #[test]
    fn a_stream_that_was_not_brought_is_not_taken_for_an_empty_one() {
        let mut papers = Papers::new(HashMap::new());
        assert!(matches!(papers.load(stream()), Err(CommandError::Internal(_))));
    }
}
