//! What work costs the processor, in this process and in all of Postgres, whoever else is on the machine.

use std::{fs, time::Duration};

/// The kernel counts in hundredths of a second.
const TICK: Duration = Duration::from_millis(10);

/// Processor time used so far by this process and by every Postgres.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Used {
    pub(crate) here: Duration,
    pub(crate) database: Duration,
}

impl Used {
    pub(crate) fn so_far() -> Self {
        let processes = fs::read_dir("/proc").unwrap().flatten();
        let database = processes
            .filter(|process| {
                fs::read_to_string(process.path().join("comm")).is_ok_and(|name| name.trim() == "postgres")
            })
            .filter_map(|process| ticks(&fs::read_to_string(process.path().join("stat")).ok()?))
            .sum();
        Self {
            here: TICK * ticks(&fs::read_to_string("/proc/self/stat").unwrap()).unwrap(),
            database: TICK * database,
        }
    }

    /// Since an earlier look.
    pub(crate) fn since(self, before: Self) -> Self {
        Self {
            here: self.here - before.here,
            database: self.database.saturating_sub(before.database),
        }
    }
}

/// User and system time in a line of `/proc/…/stat`; the name, which may hold anything, ends with the last bracket.
fn ticks(stat: &str) -> Option<u32> {
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(11);
    let mut next = || fields.next()?.parse::<u32>().ok();
    Some(next()? + next()?)
}
