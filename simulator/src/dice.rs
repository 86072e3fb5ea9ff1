//! Chance that repeats: a seed gives the same throws on every machine and with every version of every library.

/// Thrown for one purpose; two purposes never share dice, so that a change to one leaves the other's throws alone.
#[derive(Debug, Clone)]
pub(crate) struct Dice(u64);

const STEP: u64 = 0x9E37_79B9_7F4A_7C15;

impl Dice {
    /// Dice of their own for the `index`-th thing of a purpose.
    pub(crate) fn new(seed: u64, purpose: &str, index: usize) -> Self {
        let index = u64::try_from(index).unwrap_or(u64::MAX);
        let purpose = purpose
            .bytes()
            .fold(0, |sum: u64, byte| mix(sum ^ u64::from(byte)));
        Self(mix(seed ^ mix(purpose ^ index.wrapping_mul(STEP))))
    }

    // SplitMix64: short, and its stream can't change under us as a library's default generator may.
    fn throw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(STEP);
        mix(self.0)
    }

    /// A number from 0 up to, but not including, `end`; 0 when there is no such number.
    pub(crate) fn below(&mut self, end: u32) -> u32 {
        let scaled = (self.throw() >> 32).wrapping_mul(u64::from(end)) >> 32;
        u32::try_from(scaled).unwrap_or_default()
    }

    /// A number from `low` to `high`, both included.
    pub(crate) fn between(&mut self, low: u32, high: u32) -> u32 {
        low.saturating_add(self.below(high.saturating_sub(low).saturating_add(1)))
    }

    /// Whether something happens that happens `per_mille` times of a thousand.
    pub(crate) fn chance(&mut self, per_mille: u32) -> bool {
        self.below(1_000) < per_mille
    }

    /// One of a list; the default when the list is empty.
    pub(crate) fn pick<T: Copy + Default>(&mut self, list: &[T]) -> T {
        let length = u32::try_from(list.len()).unwrap_or(u32::MAX);
        self.choose(length)
            .and_then(|place| list.get(place))
            .copied()
            .unwrap_or_default()
    }

    /// A place in a list of that length; none when it is empty.
    pub(crate) fn choose(&mut self, length: u32) -> Option<usize> {
        (length > 0).then(|| usize::try_from(self.below(length)).unwrap_or_default())
    }

    /// One of several, each as often as its weight says, `otherwise` when there are no weights.
    pub(crate) fn weighted<T: Copy>(&mut self, choices: &[(T, u32)], otherwise: T) -> T {
        let mut left = self.below(choices.iter().map(|(_, weight)| *weight).sum());
        for (choice, weight) in choices {
            match left.checked_sub(*weight) {
                Some(rest) => left = rest,
                None => return *choice,
            }
        }
        otherwise
    }
}

const fn mix(word: u64) -> u64 {
    let word = (word ^ (word >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let word = (word ^ (word >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    word ^ (word >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn throws_repeat_and_differ_by_purpose() {
        let throws = |purpose| {
            let mut dice = Dice::new(7, purpose, 3);
            (0..20).map(|_| dice.below(1_000)).collect::<Vec<_>>()
        };
        assert_eq!(throws("a"), throws("a"));
        assert_ne!(throws("a"), throws("b"));
    }

    #[test]
    fn weights_are_kept() {
        let mut dice = Dice::new(1, "weights", 0);
        let heavy = (0..10_000)
            .filter(|_| dice.weighted(&[(true, 900), (false, 100)], false))
            .count();
        assert!((8_800..9_200).contains(&heavy), "{heavy}");
    }

    #[test]
    fn nothing_to_choose_from_is_no_choice() {
        let mut dice = Dice::new(1, "nothing", 0);
        assert_eq!(dice.below(0), 0);
        assert_eq!(dice.choose(0), None);
        assert_eq!(dice.pick::<u8>(&[]), 0);
    }
}
