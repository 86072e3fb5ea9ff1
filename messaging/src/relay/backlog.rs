//! What waits to be sent, in memory: one line per key, of which only the first may leave.

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};

use event_store::outbox::{OutboxMessage, OutboxPosition};

use super::message::{Key, MOST_BYTES, MOST_ENTRIES, SnsMessage as _};

/// Messages loaded from the outbox. A key whose message is under way has a line and no place among the next.
#[derive(Debug, Default)]
pub(crate) struct Backlog {
    lines: HashMap<Key, VecDeque<OutboxMessage>>,
    next: BTreeMap<OutboxPosition, Key>,
    alone: HashSet<Key>,
    waiting: usize,
}

impl Backlog {
    /// How many messages wait; those under way are not counted.
    pub(crate) fn waiting(&self) -> usize {
        self.waiting
    }

    /// Whether nothing waits and nothing is under way.
    pub(crate) fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// Puts a message at the end of its key's line.
    pub(crate) fn add(&mut self, message: OutboxMessage) {
        self.waiting = self.waiting.saturating_add(1);
        let place = message.place;
        if let Some(line) = self.lines.get_mut(&message.key) {
            line.push_back(message);
        } else {
            self.next.insert(place, message.key.clone());
            self.lines.insert(message.key.clone(), VecDeque::from([message]));
        }
    }

    /// The next messages that may go in one call: the earliest, each of another key. Their keys are under way until
    /// [`Self::done`], [`Self::give_back`] or [`Self::drop_key`].
    pub(crate) fn take_batch(&mut self) -> Vec<OutboxMessage> {
        let mut batch = Vec::new();
        let mut bytes = 0_usize;
        while let Some(message) = self.peek() {
            let alone = self.alone.contains(&message.key);
            let size = bytes.saturating_add(message.bytes());
            if !batch.is_empty() && (alone || size > MOST_BYTES || batch.len() == MOST_ENTRIES) {
                break;
            }
            bytes = size;
            batch.extend(self.pop());
            if alone {
                break;
            }
        }
        batch
    }

    /// The key's message has left: its next may go.
    pub(crate) fn done(&mut self, key: &Key) {
        self.alone.remove(key);
        self.release(key);
    }

    /// The message goes back to the head of its line.
    pub(crate) fn give_back(&mut self, message: OutboxMessage) {
        let key = message.key.clone();
        self.lines.entry(key.clone()).or_default().push_front(message);
        self.waiting = self.waiting.saturating_add(1);
        self.release(&key);
    }

    /// As [`Self::give_back`], and the next call that carries it carries nothing else.
    pub(crate) fn give_back_alone(&mut self, message: OutboxMessage) {
        self.alone.insert(message.key.clone());
        self.give_back(message);
    }

    /// Forgets the key's messages: they will be loaded again.
    pub(crate) fn drop_key(&mut self, key: &Key) {
        self.alone.remove(key);
        let Some(line) = self.lines.remove(key) else {
            return;
        };
        self.waiting = self.waiting.saturating_sub(line.len());
        if let Some(head) = line.front() {
            self.next.remove(&head.place);
        }
    }

    fn peek(&self) -> Option<&OutboxMessage> {
        let (_, key) = self.next.first_key_value()?;
        self.lines.get(key)?.front()
    }

    fn pop(&mut self) -> Option<OutboxMessage> {
        let (_, key) = self.next.pop_first()?;
        self.waiting = self.waiting.saturating_sub(1);
        self.lines.get_mut(&key)?.pop_front()
    }

    fn release(&mut self, key: &Key) {
        match self
            .lines
            .get(key)
            .map(|line| line.front().map(|head| head.place))
        {
            Some(Some(place)) => drop(self.next.insert(place, key.clone())),
            Some(None) => drop(self.lines.remove(key)),
            None => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{super::message::tests::message, *};

    fn backlog(messages: &[(i64, &str)]) -> Backlog {
        let mut backlog = Backlog::default();
        for (position, key) in messages {
            backlog.add(message(*position, key));
        }
        backlog
    }

    fn places(batch: &[OutboxMessage]) -> Vec<i64> {
        batch.iter().map(|message| message.place.position).collect()
    }

    #[test]
    fn a_batch_never_holds_two_messages_of_one_key() {
        let mut backlog = backlog(&[(1, "A"), (2, "A"), (3, "B"), (4, "A")]);
        assert_eq!(places(&backlog.take_batch()), [1, 3]);
        assert_eq!(
            places(&backlog.take_batch()),
            [] as [i64; 0],
            "A and B are under way"
        );
        backlog.done(&"A".into());
        assert_eq!(places(&backlog.take_batch()), [2]);
    }

    #[test]
    fn a_message_given_back_leaves_before_its_successors() {
        let mut backlog = backlog(&[(1, "A"), (2, "A")]);
        let batch = backlog.take_batch();
        backlog.give_back(batch[0].clone());
        assert_eq!(places(&backlog.take_batch()), [1]);
    }

    #[test]
    fn a_suspect_message_travels_alone() {
        let mut backlog = backlog(&[(1, "A"), (2, "B"), (3, "C")]);
        let batch = backlog.take_batch();
        backlog.give_back(batch[0].clone());
        backlog.give_back_alone(batch[1].clone());
        backlog.give_back(batch[2].clone());
        assert_eq!(places(&backlog.take_batch()), [1]);
        assert_eq!(places(&backlog.take_batch()), [2]);
        assert_eq!(places(&backlog.take_batch()), [3]);
    }

    #[test]
    fn ten_messages_or_256_kilobytes_fill_a_batch() {
        let keys: Vec<String> = (0..12).map(|n| format!("K{n}")).collect();
        let mut many = Backlog::default();
        for (key, position) in keys.iter().zip(1..) {
            many.add(message(position, key));
        }
        assert_eq!(many.take_batch().len(), 10);
        assert_eq!(many.take_batch().len(), 2);

        let mut large = Backlog::default();
        for (key, position) in keys.iter().zip(1..4) {
            let body = "x".repeat(120 * 1024);
            large.add(OutboxMessage {
                body: body.into(),
                ..message(position, key)
            });
        }
        assert_eq!(places(&large.take_batch()), [1, 2]);
        assert_eq!(places(&large.take_batch()), [3]);
    }

    #[test]
    fn a_dropped_key_is_forgotten_and_others_go_on() {
        let mut backlog = backlog(&[(1, "A"), (2, "B"), (3, "A")]);
        backlog.drop_key(&"A".into());
        assert_eq!(backlog.waiting(), 1);
        assert_eq!(places(&backlog.take_batch()), [2]);
        backlog.done(&"B".into());
        assert!(backlog.is_empty());
    }
}
