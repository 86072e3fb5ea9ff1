//! Dates as the register's files write them.

use chrono::NaiveDate;
use domain::{
    handover::{Departure, RulesVersion},
    parole::{FileDateFormat, UnreadableDate},
};
use proptest::prelude::*;

use super::{REFERENCE, day};

const WHOLE: RulesVersion = REFERENCE.with(Departure::FileDatesReadWhole);

#[test]
fn blank_and_null_are_no_date() {
    for format in FileDateFormat::ALL {
        for text in ["", "  ", "NULL"] {
            assert_eq!(format.read(text, REFERENCE), Ok(None));
            assert_eq!(format.read(text, WHOLE), Ok(None));
        }
        assert!(format.read("null", REFERENCE).is_err());
    }
}

#[test]
fn each_file_has_its_format() {
    for rules in [REFERENCE, WHOLE] {
        for (format, text, date) in [
            (FileDateFormat::Daily, "31-03-2026", "2026-03-31"),
            (FileDateFormat::Daily, "29-02-2024", "2024-02-29"),
            (FileDateFormat::Historic, "3/28/18", "2018-03-28"),
            (FileDateFormat::Historic, "10/10/21", "2021-10-10"),
            (FileDateFormat::Historic, "2/1/68", "2068-02-01"),
            (FileDateFormat::Historic, "2/1/69", "1969-02-01"),
        ] {
            assert_eq!(format.read(text, rules), Ok(Some(day(date))), "{text}");
        }
    }
}

#[test]
fn what_the_calendar_does_not_have_is_no_date() {
    for rules in [REFERENCE, WHOLE] {
        for (format, text) in [
            (FileDateFormat::Daily, "31-31-2022"),
            (FileDateFormat::Daily, "29-02-2023"),
            (FileDateFormat::Daily, "00-01-2023"),
            (FileDateFormat::Daily, "01/01/2022"),
            (FileDateFormat::Daily, "01-01"),
            (FileDateFormat::Daily, "01-01-"),
            (FileDateFormat::Daily, "-01-2022"),
            (FileDateFormat::Daily, "01-01-99999999999"),
            (FileDateFormat::Daily, "rubbish"),
            (FileDateFormat::Historic, "13/1/22"),
            (FileDateFormat::Historic, "2/30/22"),
            (FileDateFormat::Historic, "1-1-22"),
            (FileDateFormat::Historic, "1/1/"),
        ] {
            assert_eq!(
                format.read(text, rules),
                Err(UnreadableDate {
                    text: text.to_owned(),
                    format
                })
            );
        }
    }
}

#[test]
fn departing_a_date_is_read_to_its_end_and_has_all_its_digits() {
    for (format, text, date) in [
        (FileDateFormat::Historic, "2/1/2021", "2020-02-01"),
        (FileDateFormat::Historic, "2/1/2", "2002-02-01"),
        (FileDateFormat::Historic, "2/ 1/21", "2021-02-01"),
        (FileDateFormat::Historic, "02/001/21", ""),
        (FileDateFormat::Historic, "2/1/21/", "2021-02-01"),
        (FileDateFormat::Daily, "01-01-2022 00:00", "2022-01-01"),
        (FileDateFormat::Daily, "01-01-22", "0022-01-01"),
        (FileDateFormat::Daily, "1-1-2022", "2022-01-01"),
        (FileDateFormat::Daily, " 1-01-2022", "2022-01-01"),
        (FileDateFormat::Daily, " 11-01-2022", ""),
        (FileDateFormat::Daily, "01-01-+022", "0022-01-01"),
        (FileDateFormat::Daily, "01-01--022", "-0022-01-01"),
        (FileDateFormat::Daily, "01-01-2022-", "2022-01-01"),
        (FileDateFormat::Daily, "01-01-12022", "+12022-01-01"),
    ] {
        let expected = (!date.is_empty()).then(|| day(date));
        assert_eq!(format.read(text, REFERENCE).ok().flatten(), expected, "{text}");
        assert!(format.read(text, WHOLE).is_err(), "{text}");
    }
}

#[test]
fn an_unreadable_date_is_told_with_its_form() {
    let error = FileDateFormat::Daily.read("x", REFERENCE).unwrap_err();
    assert_eq!(
        error.to_string(),
        "'x' is not a date of the form dd-mm-yyyy: correct it in the register"
    );
}

fn any_date_of(years: std::ops::Range<i32>) -> impl Strategy<Value = NaiveDate> {
    (years, 1..=366u32).prop_filter_map("a day of the year", |(year, day)| {
        NaiveDate::from_yo_opt(year, day)
    })
}

proptest! {
    #[test]
    fn a_daily_date_is_read_as_it_was_written(date in any_date_of(0..10_000)) {
        let text = FileDateFormat::Daily.write(date);
        for rules in [REFERENCE, WHOLE] {
            prop_assert_eq!(FileDateFormat::Daily.read(&text, rules), Ok(Some(date)));
        }
        prop_assert_eq!(text.len(), 10);
    }

    #[test]
    fn a_historic_date_is_read_as_it_was_written(date in any_date_of(1969..2069)) {
        let text = FileDateFormat::Historic.write(date);
        for rules in [REFERENCE, WHOLE] {
            prop_assert_eq!(FileDateFormat::Historic.read(&text, rules), Ok(Some(date)));
        }
    }

    #[test]
    fn a_date_that_was_read_is_written_and_read_again_as_the_same(
        text in "[ 0-3]?[0-9]-[01]?[0-9]-[+-]?[0-9]{1,5}[ :0-9]{0,3}|[01]?[0-9]/[ 0-3]?[0-9]/[0-9]{1,4}",
    ) {
        for format in FileDateFormat::ALL {
            if let Ok(Some(date)) = format.read(&text, REFERENCE) {
                prop_assert_eq!(format.read(&format.write(date), REFERENCE), Ok(Some(date)));
            }
            if let Ok(Some(date)) = format.read(&text, WHOLE) {
                prop_assert_eq!(format.read(&format.write(date), WHOLE), Ok(Some(date)));
            }
        }
    }

    #[test]
    fn what_is_read_whole_reads_the_same_by_the_present_service(text in "[ 0-9/+-]{0,12}|\\PC{0,12}") {
        for format in FileDateFormat::ALL {
            if let Ok(date) = format.read(&text, WHOLE) {
                prop_assert_eq!(format.read(&text, REFERENCE), Ok(date));
            }
        }
    }
}
