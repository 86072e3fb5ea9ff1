//! Why the calculation answered as it did: the codes that are stored and the labels that people read. Handover rules 6.

use crate::coded::coded;

coded! {
    /// Why a case is with whom it is. The first thirteen are given today; the others stand in old records.
    Reason {
        /// A second indeterminate sentence.
        AdditionalIsp = "additional_isp",
        /// Recalled, and the next hearing is far.
        RecallThdOver12Months = "recall_thd_over_12_months",
        /// Parole refused, and managed at MAPPA level 2 or 3.
        ParoleMappa23 = "parole_mappa_2_3",
        /// Parole refused, and the next hearing is far.
        ThdOver12Months = "thd_over_12_months",
        /// Recalled.
        RecallCase = "recall_case",
        /// Held under immigration powers.
        ImmigrationCase = "immigration_case",
        /// No date of release to reckon from.
        ReleaseDateUnknown = "release_date_unknown",
        /// Assessed as an early allocation.
        EarlyAllocation = "early_allocation",
        /// An indeterminate sentence.
        Indeterminate = "indeterminate",
        /// An indeterminate sentence, in open conditions.
        IndeterminateOpen = "indeterminate_open",
        /// A sentence of ten months or less.
        DeterminateShort = "determinate_short",
        /// A sentence with parole.
        DeterminateParole = "determinate_parole",
        /// Any other sentence.
        Determinate = "determinate",
        /// Shown in place of the reason once the community is responsible; never stored. Handover rules 7.4.
        ComResponsibility = "com_responsibility",
        /// Old records only.
        RecallReleaseSoon = "recall_release_soon",
        /// Old records only.
        RecallReleaseLaterMappa23 = "recall_release_later_mappa_2_3",
        /// Old records only.
        RecallReleaseLaterMappaEmpty1 = "recall_release_later_mappa_empty_1",
        /// Old records only.
        RecallReleaseLaterNoOutcome = "recall_release_later_no_outcome",
        /// Old records only.
        CrcCase = "crc_case",
        /// Old records only.
        NpsEarlyAllocation = "nps_early_allocation",
        /// Old records only.
        NpsIndeterminate = "nps_indeterminate",
        /// Old records only.
        NpsIndeterminateOpen = "nps_indeterminate_open",
        /// Old records only.
        NpsDeterminateParoleCase = "nps_determinate_parole_case",
        /// Old records only.
        NpsDeterminate = "nps_determinate",
        /// Old records only.
        NpsMappaUnknown = "nps_mappa_unknown",
        /// Old records only.
        NpsDeterminateMappa1N = "nps_determinate_mappa_1_n",
        /// Old records only.
        NpsDeterminateMappa23 = "nps_determinate_mappa_2_3",
        /// Old records only.
        LessThan10MonthsLeftToServe = "less_than_10_months_left_to_serve",
        /// Old records only.
        PreOmicRules = "pre_omic_rules",
    }
}

impl Reason {
    /// What people read.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::AdditionalIsp => "Additional ISP",
            Self::RecallThdOver12Months | Self::ThdOver12Months => {
                "Next parole hearing more than 12 months away"
            }
            Self::ParoleMappa23 => "Unsuccessful parole and Mappa 2/3",
            Self::RecallCase
            | Self::RecallReleaseSoon
            | Self::RecallReleaseLaterMappa23
            | Self::RecallReleaseLaterMappaEmpty1
            | Self::RecallReleaseLaterNoOutcome => "Recall case",
            Self::ImmigrationCase => "Immigration Case",
            Self::ReleaseDateUnknown => "Release Date Unknown",
            Self::EarlyAllocation => "Early Allocation",
            Self::Indeterminate => "Indeterminate",
            Self::IndeterminateOpen => "Indeterminate - Open conditions",
            Self::DeterminateShort => "Determinate sentence 10 months or less",
            Self::DeterminateParole => "Parole",
            Self::Determinate => "Determinate sentence more than 10 months",
            Self::ComResponsibility => "COM Responsibility",
            Self::CrcCase => "CRC Case",
            Self::NpsEarlyAllocation => "NPS Early Allocation",
            Self::NpsIndeterminate => "NPS Indeterminate",
            Self::NpsIndeterminateOpen => "NPS Indeterminate - Open conditions",
            Self::NpsDeterminateParoleCase => "NPS Determinate Parole Case",
            Self::NpsDeterminate => "NPS Determinate Case",
            Self::NpsMappaUnknown => "NPS - MAPPA level unknown",
            Self::NpsDeterminateMappa1N => "NPS Determinate Mappa 1/N",
            Self::NpsDeterminateMappa23 => "NPS Determinate Mappa 2/3",
            Self::LessThan10MonthsLeftToServe => "Less than 10 months left to serve",
            Self::PreOmicRules => "Pre-OMIC rules",
        }
    }

    /// Whether the calculation gives this reason today. Every other one is read from old records, or shown only.
    #[must_use]
    pub fn is_given_today(self) -> bool {
        self <= Self::Determinate
    }
}
