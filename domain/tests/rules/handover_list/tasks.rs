//! How a case is handed over, what there is to do for it, and who may say that it is done.

use domain::{
    early_allocation::{AssessedCase, Assessment, Outcome},
    handover::{Departure, PomOfCase, Reason, Responsibility, RulesVersion},
    handover_list::{
        Checklist, HandoverRecord, HandoverTask, HandoverType, ListedCase, PomTask, may_edit_checklist,
        pom_tasks,
    },
    parole::{HearingOutcome, ParoleHistory, ParoleReview},
};

use super::{REFERENCE, custody, day, record, supported, today};

#[test]
fn the_type_follows_the_resourcing() {
    let record = custody("2024-05-30");
    let short = HandoverRecord {
        reason: Reason::DeterminateShort,
        ..record
    };
    for (record, resourcing, kind) in [
        (Some(record), Some(Some(true)), HandoverType::Enhanced),
        (Some(record), Some(None), HandoverType::Enhanced),
        (Some(record), Some(Some(false)), HandoverType::Standard),
        (Some(short), Some(Some(true)), HandoverType::None),
        (Some(short), None, HandoverType::Missing),
        (None, Some(Some(true)), HandoverType::Missing),
        (Some(record), None, HandoverType::Missing),
    ] {
        assert_eq!(HandoverType::of(record.as_ref(), resourcing), kind);
    }
    let labels: Vec<_> = HandoverType::ALL.iter().map(|kind| kind.label()).collect();
    assert_eq!(labels, ["Unknown", "None", "Enhanced", "Standard"]);
}

#[test]
fn each_type_has_its_tasks() {
    use HandoverTask::{AttendedHandoverMeeting, ContactedCom, ReviewedOasys, SentHandoverReport};

    let cutoff = Some(day("2026-09-01"));
    for (kind, tasks) in [
        (HandoverType::Enhanced, &[ReviewedOasys, ContactedCom][..]),
        (HandoverType::Standard, &[ContactedCom, SentHandoverReport]),
        (HandoverType::None, &[ContactedCom, SentHandoverReport]),
        (HandoverType::Missing, &[ContactedCom, SentHandoverReport]),
    ] {
        assert_eq!(HandoverTask::of(kind, cutoff, REFERENCE), tasks);
    }
    let full = [ReviewedOasys, ContactedCom, AttendedHandoverMeeting];
    let of = |date, rules| HandoverTask::of(HandoverType::Enhanced, date, rules);
    assert_eq!(of(Some(day("2026-08-31")), REFERENCE), full);
    assert_eq!(of(None, REFERENCE), full);
    assert_eq!(of(cutoff, RulesVersion::REFERENCE_BEFORE_SIMPLIFIED), full);
}

#[test]
fn progress_counts_only_the_tasks_that_apply() {
    let one = Checklist {
        attended_handover_meeting: true,
        ..Checklist::default()
    };
    let tasks = HandoverTask::ALL;
    let done = |checklist: Checklist| tasks.iter().filter(|task| checklist.has_done(**task)).count();
    for (checklist, task) in [
        (
            Checklist {
                reviewed_oasys: true,
                ..Checklist::default()
            },
            HandoverTask::ReviewedOasys,
        ),
        (
            Checklist {
                contacted_com: true,
                ..Checklist::default()
            },
            HandoverTask::ContactedCom,
        ),
        (one, HandoverTask::AttendedHandoverMeeting),
        (
            Checklist {
                sent_handover_report: true,
                ..Checklist::default()
            },
            HandoverTask::SentHandoverReport,
        ),
    ] {
        assert!(checklist.has_done(task));
        assert_eq!(done(checklist), 1);
    }
    assert_eq!(one.done_of(&[HandoverTask::ContactedCom]), 0);
    assert_eq!(one.done_of(tasks), 1);

    let progress = ListedCase::default().progress(REFERENCE);
    assert_eq!(
        (progress.done, progress.tasks.len(), progress.complete),
        (0, 2, false)
    );
}

#[test]
fn the_checklist_reads_as_users_know_it() {
    let labels: Vec<_> = HandoverTask::ALL
        .iter()
        .map(|task| (task.label(), task.short_label()))
        .collect();
    assert_eq!(
        labels,
        [
            ("Review the last OASys assessment", "Review OASys"),
            ("Have contact from COM", "Have contact from COM"),
            ("Attend handover meeting", "Attend handover meeting"),
            ("Send handover report", "Send handover report"),
        ]
    );
}

#[test]
fn a_pom_of_the_case_edits_the_checklist_while_there_is_a_handover() {
    let window = custody("2024-05-30");
    let may = |pom, released, record: Option<&HandoverRecord>, rules| {
        may_edit_checklist(pom, released, record, today(), rules)
    };
    assert!(may(PomOfCase::Primary, false, Some(&window), REFERENCE));
    assert!(may(PomOfCase::Coworking, false, Some(&window), REFERENCE));
    assert!(!may(PomOfCase::Unrelated, false, Some(&window), REFERENCE));
    assert!(!may(PomOfCase::Primary, true, Some(&window), REFERENCE));
    assert!(!may(PomOfCase::Primary, false, None, REFERENCE));
    assert!(!may(
        PomOfCase::Primary,
        false,
        Some(&custody("2024-12-06")),
        REFERENCE
    ));
}

#[test]
fn departing_the_checklist_of_a_supported_case_can_be_edited() {
    for supported in [supported(), record(Responsibility::CustodyWithCom, None)] {
        let may = |rules| may_edit_checklist(PomOfCase::Primary, false, Some(&supported), today(), rules);
        assert!(!may(REFERENCE));
        assert!(may(REFERENCE.with(Departure::SupportedCasesListed)));
    }
}

#[test]
fn the_poms_tasks_read_as_users_know_them() {
    let tasks: Vec<_> = PomTask::ALL
        .iter()
        .map(|task| (task.label(), task.action()))
        .collect();
    assert_eq!(
        tasks,
        [
            ("Date parole hearing outcome confirmed", "Enter date"),
            ("Early allocation decision", "Record decision"),
        ]
    );
}

#[test]
fn a_case_has_the_tasks_that_its_reviews_and_assessments_ask_for() {
    let assessment = Assessment {
        created_at: "2024-05-01T10:00:00Z".parse().unwrap(),
        created_within_window: true,
        outcome: Outcome::Ineligible,
        community_decision: None,
    };
    let heard = ParoleReview {
        target_hearing_date: Some(day("2024-05-01")),
        outcome: Some(HearingOutcome("Release [*]")),
        ..ParoleReview::default()
    };
    let tasks = |reviews: &[ParoleReview<'_>], assessments: &[Assessment], rules| {
        let assessed = AssessedCase {
            sentence_start: Some(day("2020-01-01")),
            licence_expiry: None,
            assessments,
        };
        pom_tasks(&ParoleHistory::new(reviews), &assessed, rules).collect::<Vec<_>>()
    };
    let awaited_only = REFERENCE.with(Departure::TaskWhileDecisionAwaited);

    assert_eq!(tasks(&[], &[], REFERENCE), []);
    assert_eq!(tasks(&[heard], &[], REFERENCE), [PomTask::ParoleOutcomeDate]);
    assert_eq!(
        tasks(&[], &[assessment], REFERENCE),
        [PomTask::EarlyAllocationDecision]
    );
    assert_eq!(tasks(&[heard], &[assessment], REFERENCE), PomTask::ALL);
    assert_eq!(
        tasks(&[heard], &[assessment], awaited_only),
        [PomTask::ParoleOutcomeDate]
    );
}
