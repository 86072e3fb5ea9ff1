//! Queues and topics answer the real protocol, and a durable emulator finds them again.

use std::path::Path;

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};
use workbench::{
    WorkbenchError, default_tools_dir,
    messaging::{LocalAws, LocalAwsOptions},
    testing::local_aws,
};

use crate::common::folder;

fn durable(folder: &Path) -> LocalAwsOptions {
    LocalAwsOptions {
        data_dir: folder.join("aws"),
        tools_dir: default_tools_dir(),
        durable: true,
        port: None,
    }
}

/// One SQS call in its JSON protocol.
async fn sqs(aws: &LocalAws, action: &str, body: &str) -> String {
    let endpoint = aws.endpoint();
    let authority = endpoint.strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(authority).await.unwrap();
    let request = format!(
        "POST / HTTP/1.1\r\nHost: {authority}\r\nConnection: close\r\nX-Amz-Target: AmazonSQS.{action}\r\n\
         Content-Type: application/x-amz-json-1.0\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    answer
}

fn queue_url(answer: &str) -> String {
    let (_, json) = answer.split_once("\r\n\r\n").unwrap();
    let json = json
        .find('{')
        .zip(json.rfind('}'))
        .map(|(from, to)| &json[from..=to])
        .unwrap();
    let value: serde_json::Value = serde_json::from_str(json).unwrap();
    value
        .get("QueueUrl")
        .and_then(serde_json::Value::as_str)
        .unwrap()
        .to_owned()
}

#[tokio::test]
async fn a_durable_queue_and_its_messages_are_there_after_a_restart() {
    let folder = folder();
    let aws = LocalAws::start(durable(folder.path())).await.unwrap();
    let endpoint = aws.endpoint();
    let url = queue_url(&sqs(&aws, "CreateQueue", r#"{"QueueName":"kept"}"#).await);
    let message = format!(r#"{{"QueueUrl":"{url}","MessageBody":"still here"}}"#);
    sqs(&aws, "SendMessage", &message).await;
    aws.stop().await.unwrap();

    let aws = LocalAws::start(durable(folder.path())).await.unwrap();
    assert_eq!(aws.endpoint(), endpoint);
    assert_eq!(
        queue_url(&sqs(&aws, "GetQueueUrl", r#"{"QueueName":"kept"}"#).await),
        url
    );
    let received = sqs(&aws, "ReceiveMessage", &format!(r#"{{"QueueUrl":"{url}"}}"#)).await;
    assert!(received.contains("still here"), "{received}");
    aws.stop().await.unwrap();
}

#[tokio::test]
async fn two_processes_never_share_one_data_folder() {
    let folder = folder();
    let first = LocalAws::start(durable(folder.path())).await.unwrap();
    let second = LocalAws::start(durable(folder.path())).await;
    assert!(matches!(second, Err(WorkbenchError::InUse { .. })));
    first.stop().await.unwrap();
}

#[tokio::test]
async fn tests_get_queues_in_the_region_of_the_service() {
    let aws = local_aws().await;
    assert_eq!(aws.region(), "eu-west-2");
    let answer = sqs(aws, "CreateQueue", r#"{"QueueName":"for-one-test"}"#).await;
    assert!(queue_url(&answer).ends_with("/for-one-test"), "{answer}");
}

#[tokio::test]
async fn only_this_machine_can_connect() {
    let aws = local_aws().await;
    let port: u16 = aws.endpoint().rsplit(':').next().unwrap().parse().unwrap();
    let listening = std::fs::read_to_string("/proc/net/tcp").unwrap();
    let (everywhere, loopback) = (format!("00000000:{port:04X}"), format!("0100007F:{port:04X}"));
    assert!(
        listening.contains(&loopback),
        "nothing listens on 127.0.0.1:{port}"
    );
    assert!(
        !listening.contains(&everywhere),
        "port {port} is open to the network"
    );
}
