//! One JSON object a line, each key once: readers such as jq keep the last of two equal keys and lose the other.

use std::fmt;

use serde::ser::{SerializeMap, Serializer};
use serde_json::{Map, Value, json};
use tracing::{
    Event, Subscriber,
    field::{Field, Visit},
};
use tracing_subscriber::{
    fmt::{
        FmtContext, FormatEvent, FormatFields, FormattedFields,
        format::Writer,
        time::{FormatTime, SystemTime},
    },
    registry::{LookupSpan, SpanRef},
};

/// Writes events as JSON lines. The span fields must be JSON too.
#[derive(Debug, Clone, Copy)]
pub(super) struct JsonLines;

impl<S, N> FormatEvent<S, N> for JsonLines
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(
        &self,
        context: &FmtContext<'_, S, N>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        let mut timestamp = String::new();
        SystemTime.format_time(&mut Writer::new(&mut timestamp))?;
        let metadata = event.metadata();
        let mut line = Line::default();
        line.put("timestamp", json!(timestamp));
        line.put("level", json!(metadata.level().as_str()));
        line.put("target", json!(metadata.target()));
        let spans: Vec<Value> = context
            .event_scope()
            .into_iter()
            .flat_map(tracing_subscriber::registry::Scope::from_root)
            .map(|span| described::<S, N>(&span))
            .collect();
        if let Some(innermost) = spans.last() {
            line.put("span", innermost.clone());
            line.put("spans", json!(spans));
        }
        event.record(&mut line);
        writeln!(writer, "{}", line.written().map_err(|_| fmt::Error)?)
    }
}

fn described<S, N>(span: &SpanRef<'_, S>) -> Value
where
    S: for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    let extensions = span.extensions();
    let fields = extensions
        .get::<FormattedFields<N>>()
        .and_then(|fields| serde_json::from_str::<Map<String, Value>>(&fields.fields).ok());
    let mut described = fields.unwrap_or_default();
    described.insert("name".to_owned(), json!(span.name()));
    Value::Object(described)
}

/// The members of one line, in the order in which they came.
#[derive(Default)]
struct Line(Vec<(String, Value)>);

impl Line {
    /// Adds a member. The first of a name keeps it; another gets a name that is distinct.
    fn put(&mut self, name: &str, value: Value) {
        let mut name = name.to_owned();
        while self.0.iter().any(|(taken, _)| *taken == name) {
            name.insert_str(0, "field.");
        }
        self.0.push((name, value));
    }

    fn written(&self) -> Result<String, serde_json::Error> {
        let mut bytes = Vec::with_capacity(256);
        let mut serializer = serde_json::Serializer::new(&mut bytes);
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, value) in &self.0 {
            map.serialize_entry(name, value)?;
        }
        map.end()?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }
}

impl Visit for Line {
    fn record_f64(&mut self, field: &Field, value: f64) {
        self.put(field.name(), json!(value));
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.put(field.name(), json!(value));
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.put(field.name(), json!(value));
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.put(field.name(), json!(value));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.put(field.name(), json!(value));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.put(field.name(), json!(format!("{value:?}")));
    }
}
