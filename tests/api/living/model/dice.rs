//! Chance that can be repeated, and the story that it makes.

/// A stream of numbers that looks random and is the same for the same seed.
pub struct Dice(pub u64);

impl Dice {
    pub fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % sides
    }

    /// True once in `sides` times.
    pub fn one_in(&mut self, sides: u64) -> bool {
        self.roll(sides) == 0
    }

    pub fn pick<'v, T>(&mut self, values: &'v [T]) -> Option<&'v T> {
        let count = values.len() as u64;
        (count > 0).then(|| &values[usize::try_from(self.roll(count)).unwrap()])
    }
}

/// A number that a run is given from outside.
pub fn number(name: &str) -> Option<u64> {
    #[expect(
        clippy::disallowed_methods,
        reason = "a longer or a repeated run is asked for from outside"
    )]
    let text = std::env::var(name).ok()?;
    Some(text.parse().unwrap())
}

/// The story so far, told when something goes wrong.
pub struct Story {
    pub seed: u64,
    pub lines: Vec<String>,
}

impl Drop for Story {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!(
                "repeat it with DUBAN_MODEL_SEED={} DUBAN_MODEL_ROUNDS=1; what had happened:\n{}",
                self.seed,
                self.lines.join("\n")
            );
        }
    }
}
