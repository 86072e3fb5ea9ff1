//! The messages and answers of other services, kept as data.

use std::{env, fs, path::PathBuf};

use serde_json::Value;

/// The folders to read: our own, and the one that the environment variable `CONSUMERS` names.
#[must_use]
pub fn folders() -> Vec<PathBuf> {
    let ours = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let theirs = env::var_os("CONSUMERS").map(PathBuf::from);
    [Some(ours), theirs].into_iter().flatten().collect()
}

/// A file of every folder that has it, as JSON.
#[must_use]
pub fn versions_of(path: &str) -> Vec<Value> {
    let files = folders().into_iter().map(|folder| folder.join(path));
    let found: Vec<_> = files
        .map(|file| fs::read(&file).unwrap_or_else(|e| panic!("{}: {e}", file.display())))
        .collect();
    found
        .iter()
        .map(|text| serde_json::from_slice(text).unwrap())
        .collect()
}

/// Every message that other services send: the name of its file, and the notification as a queue holds it.
#[must_use]
pub fn inbound() -> Vec<(String, Value)> {
    let files = folders()
        .into_iter()
        .flat_map(|folder| fs::read_dir(folder.join("_inbound")).unwrap());
    let mut files: Vec<_> = files.map(|file| file.unwrap().path()).collect();
    files.sort();
    let read = |file: PathBuf| {
        let mut notification: Value = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
        let members = notification.as_object_mut().unwrap();
        members.retain(|name, _| {
            name.starts_with(|first: char| first.is_ascii_uppercase()) && name != "MessageObject"
        });
        (file.display().to_string(), notification)
    };
    files.into_iter().map(read).collect()
}
