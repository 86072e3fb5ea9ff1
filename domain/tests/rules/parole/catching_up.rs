//! Which days' files are still to come, and which rows have been kept long enough.

use chrono::NaiveDate;
use domain::parole::{days_to_import, is_purged};

use super::{day, now};

fn to_import(last: Option<NaiveDate>) -> Vec<String> {
    days_to_import(last, now().today())
        .map(|day| day.to_string())
        .collect()
}

#[test]
fn every_day_since_the_last_import_is_caught_up_until_yesterday() {
    assert_eq!(to_import(None), ["2024-05-19"]);
    assert_eq!(to_import(Some(day("2024-05-18"))), ["2024-05-19"]);
    assert_eq!(
        to_import(Some(day("2024-05-16"))),
        ["2024-05-17", "2024-05-18", "2024-05-19"]
    );
    for up_to_date in [
        day("2024-05-19"),
        day("2024-05-20"),
        day("2025-01-01"),
        NaiveDate::MAX,
    ] {
        assert!(to_import(Some(up_to_date)).is_empty(), "{up_to_date}");
    }
}

#[test]
fn a_gap_is_caught_up_however_long_it_is() {
    assert_eq!(to_import(Some(day("2023-05-20"))).len(), 365);
}

#[test]
fn a_row_is_kept_for_sixty_days() {
    let today = now().today();
    assert!(!is_purged(today, today));
    assert!(!is_purged(day("2024-03-21"), today));
    assert!(is_purged(day("2024-03-20"), today));
}
