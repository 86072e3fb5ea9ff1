//! Every line of the service's log is one JSON object in which no key comes twice, and no source line asks for one that
//! would. Nobody is named in it, however much is logged.

use std::{
    collections::BTreeSet,
    fmt, fs, io,
    path::{Path, PathBuf},
    sync::{Arc, LazyLock, Mutex},
};

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Value, json};
use simulator::upstreams::{Api, Fault};
use tests::{Stage, eventually, people::ANN};
use tracing_subscriber::{EnvFilter, fmt::MakeWriter, util::SubscriberInitExt};

const SAM: &str = "A1234BC";

/// What the log itself says of every event.
const RESERVED: [&str; 6] = ["timestamp", "level", "target", "message", "span", "spans"];

/// JSON in which no key comes twice.
struct Strict;

impl<'de> Deserialize<'de> for Strict {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Self)
    }
}

impl<'de> Visitor<'de> for Strict {
    type Value = Self;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self, A::Error> {
        let mut seen = BTreeSet::new();
        while let Some((key, _)) = map.next_entry::<String, Self>()? {
            if !seen.insert(key.clone()) {
                return Err(A::Error::custom(format!("`{key}` comes twice")));
            }
        }
        Ok(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self, A::Error> {
        while seq.next_element::<Self>()?.is_some() {}
        Ok(self)
    }

    fn visit_str<E>(self, _: &str) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_unit<E>(self) -> Result<Self, E> {
        Ok(self)
    }
}

/// Everything that was logged.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Lines {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Lines {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

/// The log of this process, with everything that can be logged.
static LOG: LazyLock<Lines> = LazyLock::new(|| {
    let lines = Lines::default();
    server::telemetry::json_lines(EnvFilter::new("trace"), lines.clone()).init();
    lines
});

/// Of nobody else in this process.
const MURIEL: &str = "A3140RT";
const SOUGHT: &str = "Featherstonehaugh";

#[tokio::test]
async fn what_a_request_names_is_in_no_line_of_the_log_at_any_level() {
    let lines = &*LOG;
    let stage = Stage::start().await;
    stage.prisoner(MURIEL).await;
    stage.allocate(MURIEL, ANN).await;
    let (user, consumer) = (stage.allocator(), stage.consumer());
    let query = format!("/graphql?query={{allocation(nomsNumber:%22{MURIEL}%22){{version}}}}");
    let search = format!(
        "/graphql?query=query($s:String){{cases(prison:%22LEI%22,filter:{{search:$s}}){{totalCount}}}}&variables={{%22s%22:%22{SOUGHT}%22}}"
    );
    let answers = [
        (query, &user, 200),
        (search, &user, 200),
        (format!("/api/allocation/{MURIEL}"), &consumer, 200),
        (
            format!("/api/allocation/{MURIEL}/primary_pom?version={SOUGHT}"),
            &consumer,
            400,
        ),
        (format!("/api/handovers/{MURIEL}"), &consumer, 503),
        (format!("/graphql/ws?of={MURIEL}"), &user, 400),
        (format!("/stray/{MURIEL}?of={SOUGHT}"), &user, 404),
    ];
    for (path, token, status) in answers {
        let answered = stage.get(&path, Some(token)).await;
        assert_eq!(answered.status.as_u16(), status, "{path}: {}", answered.body);
    }

    let text = lines.text();
    assert!(text.contains(r#""route":"/api/allocation/{noms}""#), "{text}");
    for secret in [MURIEL, SOUGHT, user.as_str()] {
        let named = text.lines().find(|line| line.contains(secret));
        assert_eq!(named, None, "{secret}");
    }
    let of_handovers = text.lines().filter(|line| line.contains("/api/handovers/{noms}"));
    assert!(
        !of_handovers.clone().any(|line| line.contains("ERROR")),
        "an intended 503 is no error"
    );
    assert!(of_handovers.count() > 0);
}

#[tokio::test]
async fn no_line_of_the_log_has_a_key_twice() {
    let lines = &*LOG;
    let mut stage = Stage::start().await;
    stage.prisoner(SAM).await;
    stage.allocate(SAM, ANN).await;
    for (id, message) in [("odd", "<xml/>"), ("noop", "{}")] {
        let kind = json!({ "Type": "String", "Value": "offender-management.noop" });
        let attributes = if id == "noop" {
            json!({ "eventType": kind })
        } else {
            json!({})
        };
        let notification = json!({ "MessageId": id, "Message": message, "MessageAttributes": attributes });
        stage.send_inbound(&notification.to_string()).await;
    }
    stage
        .simulator
        .set_fault(Api::PrisonerSearch, Some(Fault::status(502)));
    let input = json!({ "nomsNumber": "B2345CD", "prison": "LEI", "staffId": ANN });
    stage
        .graphql(
            &stage.allocator(),
            tests::documents::ALLOCATE,
            json!({ "input": input }),
        )
        .await;
    eventually("both messages are stored", async || {
        (stage.inbound_left().await == (0, 0) && stage.inbound_parked().await == 1).then_some(())
    })
    .await;
    stage.restart().await;
    // Whoever names a field as the log names its own loses neither.
    tracing::warn!(
        message = "the id",
        level = 7,
        target = "there",
        timestamp = true,
        "the text"
    );

    let text = lines.text();
    for line in text.lines() {
        if let Err(error) = serde_json::from_str::<Strict>(line) {
            panic!("{error}: {line}");
        }
    }
    let read: Vec<Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let said = |text: &str| read.iter().find(|line| line["message"] == text);
    let parked = said("a message is not understood and is parked").unwrap();
    assert_eq!(
        (&parked["message_id"], &parked["level"]),
        (&json!("odd"), &json!("ERROR"))
    );
    assert!(said("a noop arrived: messages reach this service").is_some());
    let clumsy = said("the text").unwrap();
    assert_eq!(
        (&clumsy["level"], &clumsy["field.level"]),
        (&json!("WARN"), &json!(7))
    );
    assert_eq!(clumsy["field.message"], "the id");
}

#[test]
fn no_source_line_names_a_field_as_the_log_names_its_own() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut looked_at = 0;
    for room in [
        "commands",
        "event-store",
        "graphql",
        "hmpps",
        "messaging",
        "projections",
        "server",
    ] {
        for file in rust_files(&root.join(room).join("src")) {
            let source = fs::read_to_string(&file).unwrap();
            for call in calls(&source) {
                looked_at += 1;
                let fields = call.split('"').next().unwrap();
                for word in fields
                    .split(',')
                    .map(|field| field.split('=').next().unwrap().trim())
                {
                    let name = word.trim_start_matches(['%', '?']);
                    assert!(!RESERVED.contains(&name), "{}: {call}", file.display());
                }
            }
        }
    }
    assert!(looked_at > 50, "{looked_at}");
}

/// What stands between the brackets of each call that logs.
fn calls(source: &str) -> impl Iterator<Item = &str> {
    let starts = ["trace", "debug", "info", "warn", "error"].map(|level| format!("tracing::{level}!("));
    starts.into_iter().flat_map(move |start| {
        let found = source.match_indices(&*start).map(|(at, _)| at + start.len());
        let calls: Vec<&str> = found.map(|at| source[at..].split(");").next().unwrap()).collect();
        calls
    })
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files
}
