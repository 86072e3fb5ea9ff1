//! Clients, ports and the simulator follow the rows of the table of upstream services.

use std::collections::BTreeSet;

use commands::ports::{PRISONER_UNAVAILABLE, STAFF_UNAVAILABLE};
use domain::{NomsNumber, StaffId};
use hmpps::{Connections, Credential, HMPPS_AUTH, OwnClient, PRISONER_SEARCH, UPSTREAMS, UpstreamSettings};
use simulator::Api;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

use crate::world::World;

fn example() -> NomsNumber {
    "A1234BC".parse().unwrap()
}

#[test]
fn the_simulator_has_every_upstream_by_its_name() {
    let simulated: BTreeSet<_> = Api::ALL.iter().map(|api| api.name()).collect();
    let upstreams: BTreeSet<_> = UPSTREAMS.iter().map(|row| row.name).collect();
    assert_eq!(simulated, upstreams);
}

#[test]
fn a_missing_fact_is_said_to_be_missing_from_a_service_of_the_table() {
    for unavailable in [PRISONER_UNAVAILABLE, STAFF_UNAVAILABLE] {
        assert!(
            UPSTREAMS.iter().any(|row| row.name == unavailable.from),
            "{unavailable}"
        );
    }
}

#[tokio::test]
async fn the_ports_are_provided_by_the_rows() {
    let world = World::start().await;
    let ports = world.ports;
    assert!(ports.prisoners.prisoner(example()).await.unwrap().is_some());
    let pom = StaffId::try_from(485_926).unwrap();
    assert!(ports.staff.staff(pom).await.unwrap().is_some());
}

/// The head of the one request that reaches an upstream with this credential.
async fn request_with(credential: Credential) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let settings = UpstreamSettings::default()
        .with_address(PRISONER_SEARCH.name, &address)
        .with_address(HMPPS_AUTH.name, &address)
        .with_key(PRISONER_SEARCH.name, "hush");
    let own = OwnClient {
        id: "id",
        secret: "secret",
    };
    let rows = [PRISONER_SEARCH.with_credential(credential)];
    let ports = Connections::to(&rows, &settings, own).unwrap().ports();
    let asked = tokio::spawn(async move { ports.prisoners.prisoner(example()).await });
    let (mut stream, _) = listener.accept().await.unwrap();
    let mut head = vec![0; 4096];
    let read = stream.read(&mut head).await.unwrap();
    stream
        .write_all(b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n")
        .await
        .unwrap();
    assert!(asked.await.unwrap().unwrap().is_none());
    head.truncate(read);
    String::from_utf8_lossy(&head).to_lowercase()
}

#[tokio::test]
async fn an_api_key_goes_in_its_header_and_without_a_credential_nothing_does() {
    let keyed = request_with(Credential::ApiKey {
        variable: "SEARCH_API_KEY",
        header: "x-api-key",
    })
    .await;
    assert!(keyed.contains("x-api-key: hush\r\n"), "{keyed}");
    assert!(!keyed.contains("authorization"), "{keyed}");
    let open = request_with(Credential::None).await;
    assert!(
        !open.contains("hush") && !open.contains("authorization"),
        "{open}"
    );
}
