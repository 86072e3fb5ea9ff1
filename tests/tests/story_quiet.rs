//! A clean start and stop leaves nothing in the log that somebody would have to look at.

use std::{
    io,
    sync::{Arc, Mutex},
};

use tests::{Stage, people::ANN};
use tracing_subscriber::{EnvFilter, fmt::MakeWriter};

/// Everything that was logged.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

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

#[tokio::test]
async fn starting_and_stopping_is_no_cause_for_alarm() {
    let lines = Lines::default();
    tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::new("info"))
        .with_ansi(false)
        .with_writer(lines.clone())
        .init();
    let mut stage = Stage::start().await;
    stage.prisoner("A0001AA").await;
    stage.allocate("A0001AA", ANN).await;
    stage.restart().await;

    let text = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
    assert!(text.contains("this process folds the read models"), "{text}");
    let alarming: Vec<&str> = text
        .lines()
        .filter(|line| {
            [" WARN ", " ERROR ", "skipping", "postgres::notice"]
                .iter()
                .any(|sign| line.contains(sign))
        })
        .collect();
    assert!(alarming.is_empty(), "{}", alarming.join("\n"));
}
