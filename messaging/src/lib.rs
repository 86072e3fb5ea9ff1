//! Outgoing messages to SNS and incoming messages from SQS.
//!
//! Outgoing: the log writes each message into its outbox together with the event it tells of; the [`Relay`] takes them
//! out, and [`outbox`] is for the operator when one does not leave. Incoming: the [`Inbox`] stores what other services
//! publish and turns it into commands, and [`inbox`] is for the operator when one does not take effect. [`aws`] makes the clients for both.

pub mod aws;
mod backoff;
pub mod inbox;
pub mod relay;

pub use backoff::Backoff;
pub use event_store::outbox;
pub use inbox::{Inbox, InboxHandle, InboxOptions};
pub use relay::{Relay, RelayHandle, RelayOptions};
