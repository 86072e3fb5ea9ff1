//! The recipes of CONTRIBUTING are true: their files exist, the edited ones name the example, and the counts are right.

use std::{fs, path::Path};

const PAGE: &str = include_str!("../../../CONTRIBUTING.md");

/// The number before a word, as in `8 new`.
fn stated(heading: &str, word: &str) -> Option<usize> {
    let (before, _) = heading.split_once(word)?;
    before.split_whitespace().next_back()?.parse().ok()
}

/// The texts between backticks in the part of a line that names a file: the path, and what an edited file must hold.
fn quoted(line: &str) -> Vec<&str> {
    line.split('`').skip(1).step_by(2).collect()
}

fn files<'a>(recipe: &'a str, list: &str) -> Option<Vec<Vec<&'a str>>> {
    let (_, rest) = recipe.split_once(&format!("\n{list}:\n"))?;
    let lines = rest.lines().take_while(|line| line.starts_with("- "));
    Some(lines.map(quoted).collect())
}

#[test]
fn the_recipes_of_contributing_name_files_that_exist_and_count_them_rightly() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let recipes: Vec<&str> = PAGE.split("\n### Add ").skip(1).collect();
    assert_eq!(recipes.len(), 7);
    for recipe in recipes {
        let heading = recipe.lines().next().unwrap();
        let new = files(recipe, "New").unwrap();
        let edited = files(recipe, "Edited").unwrap();
        assert_eq!(Some(new.len()), stated(heading, "new"), "{heading}");
        assert_eq!(Some(edited.len()), stated(heading, "edited"), "{heading}");
        for file in new.iter().chain(&edited) {
            let path = file.first().unwrap();
            assert!(root.join(path).is_file(), "{heading}: there is no {path}");
        }
        for file in &edited {
            let [path, needle, ..] = file.as_slice() else {
                panic!("{heading}: {file:?} names no example");
            };
            let text = fs::read_to_string(root.join(path)).unwrap();
            assert!(text.contains(needle), "{heading}: {path} has no {needle}");
        }
    }
}
