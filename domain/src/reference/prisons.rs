//! The prisons of England and Wales that the service knows. Allocation rules, appendix A; handover rules 2.

use crate::PrisonCode;

/// Whom a prison holds, and how closely.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Estate {
    /// Women.
    Womens,
    /// Men, open.
    MensOpen,
    /// Men, closed.
    MensClosed,
}

/// Whose law of probation applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Country {
    /// England.
    England,
    /// Wales.
    Wales,
}

/// A prison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Prison {
    /// Its three letters.
    pub code: &'static str,
    /// Its name.
    pub name: &'static str,
    /// Whom it holds.
    pub estate: Estate,
    /// Where it is.
    pub country: Country,
}

impl Prison {
    /// Whether complexity of need is asked for here.
    #[must_use]
    pub const fn is_womens(&self) -> bool {
        matches!(self.estate, Estate::Womens)
    }
}

/// The prison of this code, if the service knows it.
#[must_use]
pub fn prison(code: PrisonCode) -> Option<&'static Prison> {
    let place = PRISONS
        .binary_search_by_key(&number(code.as_str()), |p| number(p.code))
        .ok()?;
    PRISONS.get(place)
}

/// The letters as one number, in the same order; compared faster than text.
fn number(code: &str) -> u64 {
    code.bytes()
        .fold(0, |number, letter| number << 8 | u64::from(letter))
}

/// Every prison, by code.
#[must_use]
pub const fn prisons() -> &'static [Prison] {
    &PRISONS
}

const fn closed(code: &'static str, name: &'static str) -> Prison {
    Prison {
        code,
        name,
        estate: Estate::MensClosed,
        country: Country::England,
    }
}

const fn open(code: &'static str, name: &'static str) -> Prison {
    Prison {
        code,
        name,
        estate: Estate::MensOpen,
        country: Country::England,
    }
}

const fn womens(code: &'static str, name: &'static str) -> Prison {
    Prison {
        code,
        name,
        estate: Estate::Womens,
        country: Country::England,
    }
}

const fn welsh(prison: Prison) -> Prison {
    Prison {
        country: Country::Wales,
        ..prison
    }
}

const PRISONS: [Prison; 124] = [
    closed("ACI", "Altcourse"),
    womens("AGI", "Askham Grange"),
    closed("ASI", "Ashfield"),
    closed("AYI", "Aylesbury"),
    closed("BAI", "Belmarsh"),
    closed("BCI", "Buckley Hall"),
    closed("BFI", "Bedford"),
    closed("BLI", "Bristol"),
    closed("BMI", "Birmingham"),
    closed("BNI", "Bullingdon"),
    closed("BRI", "Bure"),
    closed("BSI", "Brinsford"),
    welsh(closed("BWI", "Berwyn")),
    closed("BXI", "Brixton"),
    womens("BZI", "Bronzefield"),
    closed("CDI", "Chelmsford"),
    welsh(closed("CFI", "Cardiff")),
    closed("CKI", "Cookham Wood"),
    closed("CLI", "Coldingley"),
    closed("CWI", "Channings Wood"),
    closed("DAI", "Dartmoor"),
    closed("DGI", "Dovegate"),
    womens("DHI", "Drake Hall"),
    closed("DMI", "Durham"),
    closed("DNI", "Doncaster"),
    closed("DTI", "Deerbolt"),
    womens("DWI", "Downview"),
    closed("EEI", "Erlestoke"),
    open("EHI", "Standford Hill"),
    womens("ESI", "East Sutton Park"),
    womens("EWI", "Eastwood Park"),
    closed("EXI", "Exeter"),
    closed("EYI", "Elmley"),
    closed("FBI", "Forest Bank"),
    open("FDI", "Ford"),
    closed("FEI", "Fosse Way"),
    womens("FHI", "Foston Hall"),
    closed("FKI", "Frankland"),
    closed("FMI", "Feltham"),
    closed("FNI", "Full Sutton"),
    closed("FSI", "Featherstone"),
    closed("FWI", "Five Wells"),
    closed("GHI", "Garth"),
    closed("GMI", "Guys Marsh"),
    closed("GNI", "Grendon"),
    closed("GTI", "Gartree"),
    open("HBI", "Hollesley Bay"),
    closed("HCI", "Huntercombe"),
    open("HDI", "Hatfield"),
    closed("HEI", "Hewell"),
    closed("HHI", "Holme House"),
    closed("HII", "Hindley"),
    closed("HLI", "Hull"),
    closed("HMI", "Humber"),
    closed("HOI", "High Down"),
    closed("HPI", "Highpoint"),
    open("HVI", "Haverigg"),
    closed("ISI", "Isis"),
    closed("IWI", "Isle of Wight"),
    open("KMI", "Kirkham"),
    open("KVI", "Kirklevington Grange"),
    closed("LCI", "Leicester"),
    closed("LEI", "Leeds"),
    closed("LFI", "Lancaster Farms"),
    closed("LGI", "Lowdham Grange"),
    closed("LHI", "Lindholme"),
    closed("LII", "Lincoln"),
    closed("LLI", "Long Lartin"),
    womens("LNI", "Low Newton"),
    closed("LPI", "Liverpool"),
    closed("LTI", "Littlehey"),
    closed("LWI", "Lewes"),
    open("LYI", "Leyhill"),
    closed("MDI", "Moorland"),
    closed("MHI", "Morton Hall"),
    closed("MKI", "Millsike"),
    closed("MRI", "Manchester"),
    closed("MSI", "Maidstone"),
    closed("MTI", "The Mount"),
    womens("NHI", "New Hall"),
    closed("NLI", "Northumberland"),
    closed("NMI", "Nottingham"),
    open("NSI", "North Sea Camp"),
    closed("NWI", "Norwich"),
    closed("ONI", "Onley"),
    closed("OWI", "Oakwood"),
    closed("PBI", "Peterborough"),
    closed("PDI", "Portland"),
    womens("PFI", "Peterborough Female"),
    closed("PNI", "Preston"),
    welsh(closed("PRI", "Parc")),
    closed("PVI", "Pentonville"),
    closed("RCI", "Rochester"),
    closed("RHI", "Rye Hill"),
    closed("RNI", "Ranby"),
    closed("RSI", "Risley"),
    womens("SDI", "Send"),
    closed("SFI", "Stafford"),
    closed("SHI", "Stoke Heath"),
    closed("SKI", "Stocken"),
    closed("SLI", "Swaleside"),
    closed("SNI", "Swinfen Hall"),
    open("SPI", "Spring Hill"),
    womens("STI", "Styal"),
    open("SUI", "Sudbury"),
    welsh(closed("SWI", "Swansea")),
    open("TCI", "Thorn Cross"),
    closed("TSI", "Thameside"),
    welsh(closed("UKI", "Usk")),
    welsh(open("UPI", "Prescoed")),
    closed("VEI", "The Verne"),
    closed("WCI", "Winchester"),
    closed("WDI", "Wakefield"),
    closed("WEI", "Wealstun"),
    closed("WHI", "Woodhill"),
    closed("WII", "Warren Hill"),
    closed("WLI", "Wayland"),
    closed("WMI", "Wymott"),
    closed("WNI", "Werrington"),
    closed("WRI", "Whitemoor"),
    closed("WSI", "Wormwood Scrubs"),
    closed("WTI", "Whatton"),
    closed("WWI", "Wandsworth"),
    closed("WYI", "Wetherby"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_in_order_and_well_formed() {
        assert!(PRISONS.is_sorted_by_key(|p| p.code));
        for known in prisons() {
            let code = known.code.parse().unwrap();
            assert_eq!(prison(code), Some(known));
        }
        for unknown in ["AAA", "OUT", "ZZZ"] {
            assert_eq!(prison(unknown.parse().unwrap()), None);
        }
    }

    fn codes(which: impl Fn(&Prison) -> bool) -> Vec<&'static str> {
        prisons().iter().filter(|p| which(p)).map(|p| p.code).collect()
    }

    #[test]
    fn the_open_the_womens_and_the_welsh_prisons_are_those_of_the_policy() {
        assert_eq!(
            codes(|p| p.estate == Estate::MensOpen),
            [
                "EHI", "FDI", "HBI", "HDI", "HVI", "KMI", "KVI", "LYI", "NSI", "SPI", "SUI", "TCI", "UPI"
            ]
        );
        assert_eq!(
            codes(Prison::is_womens),
            [
                "AGI", "BZI", "DHI", "DWI", "ESI", "EWI", "FHI", "LNI", "NHI", "PFI", "SDI", "STI"
            ]
        );
        assert_eq!(
            codes(|p| p.country == Country::Wales),
            ["BWI", "CFI", "PRI", "SWI", "UKI", "UPI"]
        );
    }
}
