//! Lists the migrations, which are part of the program: version, description and SQL of each.

use std::{env, error::Error, fmt::Write, fs, path::Path};

#[expect(
    clippy::disallowed_methods,
    reason = "cargo names the folder in the environment"
)]
fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed=../migrations");
    let mut files = Vec::new();
    for entry in fs::read_dir(fs::canonicalize("../migrations")?)? {
        files.push(entry?.path());
    }
    files.retain(|file| file.extension().is_some_and(|extension| extension == "sql"));
    files.sort();
    let mut list = "[\n".to_owned();
    for file in files {
        let name = file.file_stem().unwrap_or_default().to_string_lossy();
        let (version, description) = name
            .split_once('_')
            .ok_or("a migration is named VERSION_DESCRIPTION.sql")?;
        let version: i64 = version.parse()?;
        let description = description.replace('_', " ");
        let file = file.to_string_lossy();
        writeln!(list, "    ({version}, {description:?}, include_str!({file:?})),")?;
    }
    list.push_str("]\n");
    fs::write(Path::new(&env::var("OUT_DIR")?).join("migrations.rs"), list)?;
    Ok(())
}
