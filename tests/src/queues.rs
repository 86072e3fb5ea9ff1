//! What goes out of the service and into it by way of queues.

use aws_sdk_sqs::types::QueueAttributeName::{
    ApproximateNumberOfMessages as Waiting, ApproximateNumberOfMessagesNotVisible as InFlight,
};

use messaging::inbox;

use crate::{Delivery, Stage, waiting::in_time};

/// How long one question to the queue waits, in seconds: well within the time that the clients give any answer.
const LONG_POLL: i32 = 5;

impl Stage {
    /// The next message that a consumer gets.
    pub async fn next_message(&self) -> Delivery {
        let queue = &self.topology.downstream_queue_url;
        let receiving = async {
            loop {
                let ask = self.clients.sqs.receive_message().queue_url(queue);
                let received = ask.wait_time_seconds(LONG_POLL).send().await.unwrap();
                if let Some(message) = received.messages().first() {
                    let done = self.clients.sqs.delete_message().queue_url(queue);
                    let receipt = message.receipt_handle().unwrap();
                    done.receipt_handle(receipt).send().await.unwrap();
                    return Delivery::unwrap(message.body().unwrap());
                }
            }
        };
        in_time("a message in the consumer's queue", receiving).await
    }

    /// So many messages, in the order of arrival.
    pub async fn messages(&self, count: usize) -> Vec<Delivery> {
        let mut messages = Vec::new();
        while messages.len() < count {
            messages.push(self.next_message().await);
        }
        messages
    }

    /// Puts a notification into the queue that the service reads.
    pub async fn send_inbound(&self, body: &str) {
        let send = self.clients.sqs.send_message();
        let send = send.queue_url(&self.topology.inbound_queue_url);
        send.message_body(body).send().await.unwrap();
    }

    /// How many messages wait in the inbound queue or in the inbox behind it, and how many could not be stored.
    pub async fn inbound_left(&self) -> (u64, u64) {
        let queued = self.left_in(&self.topology.inbound_queue_url).await;
        let stored = inbox::status(self.service().log().pool()).await.unwrap();
        let dead = self.left_in(&self.topology.inbound_dlq_url).await;
        (queued + stored.waiting, dead)
    }

    /// How many inbound messages were not understood.
    pub async fn inbound_parked(&self) -> u64 {
        let status = inbox::status(self.service().log().pool()).await;
        status.unwrap().parked
    }

    async fn left_in(&self, queue: &str) -> u64 {
        let ask = self.clients.sqs.get_queue_attributes().queue_url(queue);
        let told = ask
            .attribute_names(Waiting)
            .attribute_names(InFlight)
            .send()
            .await
            .unwrap();
        let counts = told.attributes.unwrap();
        counts.values().map(|count| count.parse::<u64>().unwrap()).sum()
    }
}
