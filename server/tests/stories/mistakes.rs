//! What is given wrongly is refused with what to give instead, and nothing is made of it.

use std::fs;

use server::local::{DataFolder, Work};

use crate::program::{KEY, Place};

#[test]
fn a_folder_with_the_files_of_something_else_is_no_data_folder_and_an_empty_one_becomes_one() {
    let place = Place::with(&[]);
    let other = place.path().join("other");
    fs::create_dir(&other).unwrap();
    fs::write(other.join("thesis.txt"), "mine").unwrap();
    for words in ["serve --port 0 --data-dir other", "seed --data-dir other"] {
        let ended = place.run(words);
        assert_eq!(ended.code, 2, "{words}: {}", ended.complained);
        assert!(
            ended.complained.contains("files of something else"),
            "{}",
            ended.complained
        );
    }
    assert_eq!(
        fs::read_dir(&other).unwrap().count(),
        1,
        "nothing is put among them"
    );

    let empty = place.path().join("empty");
    fs::create_dir(&empty).unwrap();
    for _ in 0..2 {
        DataFolder::open(&empty)
            .unwrap()
            .work_alone(Work::Seeding)
            .unwrap();
    }
    assert_eq!(fs::read_to_string(empty.join(".gitignore")).unwrap(), "*\n");
}

#[test]
fn what_is_written_wrongly_is_answered_with_how_to_write_it() {
    let place = Place::with(&[KEY, ("DATABASE_URL", "postgres://nowhere")]);
    for (words, told) in [
        ("serve --port abc", "write a port as a number from 0 to 65535"),
        ("serve --port 70000", "write a port as a number from 0 to 65535"),
        (
            "audit show A1234BC --as-of 2999-01-01T00:00:00Z",
            "--as-of is later than now",
        ),
    ] {
        let ended = place.run(words);
        assert_eq!(ended.code, 2, "{words}: {}", ended.complained);
        assert!(ended.complained.contains(told), "{}", ended.complained);
    }
}
