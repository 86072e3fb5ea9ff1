//! The n-th prisoner's number and back, without a table: a stride through all numbers that meets each one once.

use domain::NomsNumber;

/// Numbers from A0000AA to A9999ZZ, then from G0000AA to G9999ZZ.
const NUMBERS: u64 = 2 * 10_000 * 26 * 26;
/// Has no factor in common with [`NUMBERS`], so that the stride returns only after all of them.
const STRIDE: u64 = 7_654_321;
/// Undoes [`STRIDE`]: their product is 1 modulo [`NUMBERS`].
const BACKWARDS: u64 = 7_440_081;
/// A1234BC, the first prisoner.
const FIRST: u64 = (1_234 * 26 + 1) * 26 + 2;

/// The number of the prisoner at a place in the population; none past the last number there is.
pub(crate) fn number_at(place: usize) -> Option<NomsNumber> {
    let place = u64::try_from(place).ok().filter(|place| *place < NUMBERS)?;
    spell(FIRST.wrapping_add(place.wrapping_mul(STRIDE)) % NUMBERS)
}

/// The place of a number; none for numbers that no simulated prisoner has.
pub(crate) fn place_of(noms: NomsNumber) -> Option<usize> {
    let from_first = read(noms)?.wrapping_add(NUMBERS).wrapping_sub(FIRST);
    usize::try_from(from_first.wrapping_mul(BACKWARDS) % NUMBERS).ok()
}

fn spell(rank: u64) -> Option<NomsNumber> {
    let letter = |rank: u64| char::from(b'A'.saturating_add(u8::try_from(rank % 26).unwrap_or_default()));
    let digits = rank / 676 % 10_000;
    let series = if rank / 6_760_000 == 0 { 'A' } else { 'G' };
    format!("{series}{digits:04}{}{}", letter(rank / 26), letter(rank))
        .parse()
        .ok()
}

fn read(noms: NomsNumber) -> Option<u64> {
    let letter = |text: &str| text.bytes().next().map(|byte| u64::from(byte.wrapping_sub(b'A')));
    let text = noms.as_str();
    let series: u64 = match text.get(..1)? {
        "A" => 0,
        "G" => 1,
        _ => return None,
    };
    let digits: u64 = text.get(1..5)?.parse().ok()?;
    let (sixth, seventh) = (letter(text.get(5..)?)?, letter(text.get(6..)?)?);
    let hundreds = series.wrapping_mul(10_000).wrapping_add(digits);
    Some(
        hundreds
            .wrapping_mul(26)
            .wrapping_add(sixth)
            .wrapping_mul(26)
            .wrapping_add(seventh),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_prisoner_has_the_number_of_the_examples() {
        assert_eq!(number_at(0).unwrap().as_str(), "A1234BC");
    }

    #[test]
    fn numbers_lead_back_to_their_places() {
        for place in (0..100_000).chain([13_519_999]) {
            assert_eq!(place_of(number_at(place).unwrap()), Some(place));
        }
        assert_eq!(number_at(13_520_000), None);
        assert_eq!(place_of("Z1234BC".parse().unwrap()), None);
    }
}
