//! Outgoing messages to SNS and incoming messages from SQS.
