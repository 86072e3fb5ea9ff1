//! The streams that one decision reads and writes: as preloaded, as loaded, and as written.

use std::{any::Any, collections::HashMap, sync::Arc};

use cqrs_es::DomainEvent;
use domain::{DataSubject, StoredEvent, Stream, Streamed};
use event_store::{Announcement, Expected, NewEvent, RecordedEvent, StreamId, StreamWrite};
use uuid::Uuid;

use crate::{
    bus::{CachedState, Loaded, StreamCache},
    error::{CommandError, LogError},
    outgoing::{Change, Links, Outgoing, Trace},
    streams::stream_id,
};

/// Puts a stream into the cache, once its events are in the log.
pub(crate) type CacheUpdate = Box<dyn FnOnce(&StreamCache) + Send>;

/// A stream that the decision has loaded.
struct TrackedStream {
    /// Whose personal-data key seals its events.
    data_subject: DataSubject,
    /// As loaded; the append states it.
    version: u64,
    /// After the events below.
    state: CachedState,
    events: Vec<NewEvent>,
    cache_update: Option<CacheUpdate>,
}

impl TrackedStream {
    /// A write that the log refuses unless the stream is still at the loaded version. Without events it only asserts.
    fn assert_version(self, stream: StreamId) -> StreamWrite {
        StreamWrite {
            subject: self.data_subject.to_string(),
            stream,
            expected: Expected::Version(self.version),
            events: self.events,
        }
    }
}

/// A stream of the read set, before the decision loads it.
pub(crate) enum Preloaded {
    /// From the cache; eviction no longer touches it.
    Cached(CachedState),
    /// From the log.
    Read(Vec<RecordedEvent>),
}

/// The read set of a decision, the events that it writes, and the messages that follow from them.
pub(crate) struct UnitOfWork<'a> {
    trace: Trace,
    links: Option<&'a Links>,
    messages: Vec<Announcement>,
    cache_used: bool,
    preloaded: HashMap<StreamId, Preloaded>,
    tracked: HashMap<StreamId, TrackedStream>,
}

/// What a finished unit of work asks of the log and of the cache.
pub(crate) struct Finished {
    /// They assert the version of every stream that was loaded; none when nothing was written.
    pub(crate) writes: Vec<StreamWrite>,
    pub(crate) messages: Vec<Announcement>,
    /// To be made once the writes are appended.
    pub(crate) cache_updates: Vec<CacheUpdate>,
}

impl<'a> UnitOfWork<'a> {
    /// A unit of work over a read set. Messages name the trace and the links.
    pub(crate) fn new(
        preloaded: HashMap<StreamId, Preloaded>,
        trace: Trace,
        links: Option<&'a Links>,
    ) -> Self {
        Self {
            trace,
            links,
            messages: Vec::new(),
            cache_used: false,
            preloaded,
            tracked: HashMap::new(),
        }
    }

    /// Whether a stream came from the cache.
    pub(crate) fn cache_used(&self) -> bool {
        self.cache_used
    }

    /// The stream's version as loaded.
    pub(crate) fn version(&self, stream: &StreamId) -> u64 {
        self.tracked.get(stream).map_or(0, |tracked| tracked.version)
    }

    /// Whether the decision has loaded this stream.
    pub(crate) fn contains(&self, stream: &StreamId) -> bool {
        self.tracked.contains_key(stream)
    }

    /// Loads an aggregate, with the events that were written to it.
    pub(crate) fn load<A>(&mut self, stream: Stream<A>) -> Result<Arc<Loaded<A>>, CommandError>
    where
        A: Streamed + Clone + Any,
    {
        let (data_subject, stream) = (stream.data_subject(), &stream_id(stream));
        if let Some(tracked) = self.tracked.get(stream) {
            return typed(stream, Arc::clone(&tracked.state));
        }
        let (loaded, cache_update) = match self.preloaded.remove(stream) {
            Some(Preloaded::Cached(state)) => {
                self.cache_used = true;
                (typed::<A>(stream, state)?, None)
            }
            Some(Preloaded::Read(events)) => {
                let loaded = Arc::new(fold::<A>(events)?);
                (loaded.clone(), Some(cache_update(stream, loaded)))
            }
            // An empty stream would be a wrong guess, and its version would never be asserted.
            None => {
                return Err(unusable(stream, "it is not in the operation's read set"));
            }
        };
        let tracked = TrackedStream {
            data_subject,
            version: loaded.version,
            state: loaded.clone(),
            events: Vec::new(),
            cache_update,
        };
        self.tracked.insert(stream.clone(), tracked);
        Ok(loaded)
    }

    /// Writes events to a stream, with the messages that follow from them.
    pub(crate) fn write<A>(&mut self, stream: Stream<A>, events: Vec<A::Event>) -> Result<(), CommandError>
    where
        A: Outgoing + Clone + Any,
    {
        if events.is_empty() {
            return Ok(());
        }
        let loaded = self.load(stream)?;
        let messages = A::messages(&Change {
            stream,
            before: &loaded.state,
            events: &events,
            trace: &self.trace,
            links: self.links,
        });
        let stream = &stream_id(stream);
        let Some(tracked) = self.tracked.get_mut(stream) else {
            return Ok(());
        };
        let written = tracked.events.len();
        self.messages
            .extend(messages.into_iter().map(|message| Announcement {
                event: message.event.saturating_add(written),
                ..message
            }));
        let mut after = Loaded {
            state: loaded.state.clone(),
            version: loaded.version,
        };
        for event in events {
            tracked.events.push(new_event(&event)?);
            after.state.apply(event);
            after.version = after.version.saturating_add(1);
        }
        let after = Arc::new(after);
        tracked.state = after.clone();
        tracked.cache_update = Some(cache_update(stream, after));
        Ok(())
    }

    /// Ends the unit of work.
    pub(crate) fn finish(self) -> Finished {
        let mut writes = Vec::new();
        let mut cache_updates = Vec::new();
        for (stream, mut tracked) in self.tracked {
            cache_updates.extend(tracked.cache_update.take());
            writes.push(tracked.assert_version(stream));
        }
        if writes.iter().all(|write| write.events.is_empty()) {
            writes.clear();
        }
        Finished {
            writes,
            messages: self.messages,
            cache_updates,
        }
    }
}

fn cache_update<A: Any + Send + Sync>(stream: &StreamId, loaded: Arc<Loaded<A>>) -> CacheUpdate {
    let stream = stream.clone();
    Box::new(move |cache| cache.put(stream, loaded))
}

fn typed<A: Any + Send + Sync>(
    stream: &StreamId,
    state: CachedState,
) -> Result<Arc<Loaded<A>>, CommandError> {
    state
        .downcast()
        .map_err(|_| unusable(stream, "it was loaded as another aggregate"))
}

fn unusable(stream: &StreamId, why: &str) -> CommandError {
    CommandError::Internal(LogError::Decode(format!("{stream} cannot be used: {why}")))
}

fn fold<A: Streamed>(events: Vec<RecordedEvent>) -> Result<Loaded<A>, CommandError> {
    let mut loaded = Loaded {
        state: A::default(),
        version: 0,
    };
    for event in events {
        loaded.state.apply(decode::<A>(&event)?);
        loaded.version = event.version;
    }
    Ok(loaded)
}

fn decode<A: Streamed>(event: &RecordedEvent) -> Result<A::Event, CommandError> {
    let stored = StoredEvent {
        event_type: &event.event_type,
        schema_version: event.schema_version,
        payload: &event.payload,
    };
    domain::decode::<A>(stored).map_err(|why| {
        let (position, event_type, stream) = (event.position, &event.event_type, &event.stream);
        CommandError::Internal(LogError::Decode(format!(
            "event {position} ({event_type}) of {stream} cannot be decoded: {why}"
        )))
    })
}

fn new_event<E: DomainEvent>(event: &E) -> Result<NewEvent, CommandError> {
    let encode = |error: String| CommandError::Internal(LogError::Encode(error));
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
        allocation::{Allocation, AllocationEvent},
        case::{Case, CaseEvent},
    };

    use super::*;

    fn stream() -> Stream<Case> {
        Case::stream("A1234BC".parse().unwrap())
    }

    fn work_over<const N: usize>(preloaded: [(StreamId, Preloaded); N]) -> UnitOfWork<'static> {
        UnitOfWork::new(HashMap::from(preloaded), Trace::default(), None)
    }

    fn id() -> StreamId {
        stream_id(stream())
    }

    #[test]
    fn a_preloaded_stream_outlives_its_eviction_from_the_cache() {
        let cache = StreamCache::new(8);
        let mut state = Case::default();
        state.apply(&CaseEvent::ComplexityAssessed {
            level: Complexity::High,
        });
        cache.put(id(), Arc::new(Loaded { state, version: 3 }));
        let preloaded = Preloaded::Cached(cache.get(&id()).unwrap());
        let mut work = work_over([(id(), preloaded)]);
        cache.forget([&id()]);

        let loaded = work.load(stream()).unwrap();
        assert_eq!(
            (loaded.version, loaded.state.complexity),
            (3, Some(Complexity::High))
        );
        assert!(work.cache_used());
    }

    #[test]
    fn a_stream_that_was_read_is_cached_and_its_version_is_asserted_by_every_write() {
        let cache = StreamCache::new(8);
        let allocation = Allocation::stream("A1234BC".parse().unwrap());
        let read = [id(), stream_id(allocation)].map(|id| (id, Preloaded::Read(Vec::new())));
        let mut work = work_over(read);
        work.load(allocation).unwrap();
        let assessed = CaseEvent::ComplexityAssessed {
            level: Complexity::High,
        };
        work.write(stream(), vec![assessed]).unwrap();

        let finished = work.finish();
        let mut asserted = finished
            .writes
            .iter()
            .map(|write| (&write.stream, write.events.len()));
        assert!(asserted.any(|asserted| asserted == (&stream_id(allocation), 0)));
        for update in finished.cache_updates {
            update(&cache);
        }
        assert!(cache.get(&id()).is_some() && cache.get(&stream_id(allocation)).is_some());
    }

    #[test]
    fn a_stream_outside_the_read_set_is_not_taken_for_an_empty_one() {
        let mut work = work_over([]);
        assert!(matches!(work.load(stream()), Err(CommandError::Internal(_))));
    }

    #[test]
    fn a_message_follows_from_a_written_event_and_names_its_place_among_all_that_were_written() {
        let samples = include_str!("../../domain/schema/PrimaryPomAllocated.v1.json");
        let chosen: Vec<AllocationEvent> = serde_json::from_str(samples).unwrap();
        let allocation = Allocation::stream("A1234BC".parse().unwrap());
        let read = [id(), stream_id(allocation)].map(|id| (id, Preloaded::Read(Vec::new())));
        let mut work = work_over(read);
        work.write(
            stream(),
            vec![CaseEvent::ComplexityAssessed {
                level: Complexity::High,
            }],
        )
        .unwrap();
        for event in chosen.into_iter().take(2) {
            work.write(allocation, vec![event]).unwrap();
        }

        let messages = work.finish().messages;
        let named: Vec<_> = messages
            .iter()
            .map(|message| (&message.stream, message.event))
            .collect();
        let stream = stream_id(allocation);
        assert_eq!(named, [(&stream, 0), (&stream, 1)]);
    }
}
