//! What the local profile keeps is its owner's.

use std::{fs, os::unix::fs::MetadataExt, path::Path};

use crate::running::{Serving, folder};

/// The files and folders below this one that others than their owner can get at: others may pass through a folder only where
/// Postgres has an account that must.
fn open_to_others(folder: &Path, found: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap().flatten() {
        let (path, metadata) = (entry.path(), entry.metadata().unwrap());
        match metadata.mode() & 0o077 {
            0 => {}
            0o011 if metadata.is_dir() => open_to_others(&path, found),
            _ => found.push(format!("{} {:o}", path.display(), metadata.mode())),
        }
    }
}

#[tokio::test]
async fn the_files_of_the_local_profile_are_closed_to_everybody_but_their_owner() {
    let place = folder();
    let data = place.path().join("data");
    let mut serving = Serving::start(&data, |_| {});
    let letter = serving.letter().await;
    assert_eq!(letter["pid"], serving.program.id());
    let mode = fs::metadata(&data).unwrap().mode() & 0o077;
    assert!(
        [0, 0o011].contains(&mode),
        "nobody else lists the folder: {mode:o}"
    );
    let mut found = Vec::new();
    open_to_others(&data, &mut found);
    assert_eq!(found, [] as [String; 0]);
    assert!(serving.interrupt().await.success());
}
