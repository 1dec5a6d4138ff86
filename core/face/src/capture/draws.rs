//! Which challenge comes next.

use crate::Challenge;

/// Challenges, drawn from random bytes.
pub(super) struct Draws {
    random: [u8; 32],
    drawn: usize,
    ability: Ability,
}

#[derive(Clone, Copy)]
enum Ability {
    Moves,
    CameraMoves,
    Nothing,
}

impl Draws {
    pub fn new(random: [u8; 32]) -> Self {
        Self { random, drawn: 0, ability: Ability::Moves }
    }

    /// The person can't do what was asked so far.
    pub fn ask_less(&mut self) {
        self.ability = match self.ability {
            Ability::Moves => Ability::CameraMoves,
            Ability::CameraMoves | Ability::Nothing => Ability::Nothing,
        };
    }

    /// Any of those that this person can do, but not the one just passed.
    pub fn next(&mut self, passed: Option<Challenge>) -> Challenge {
        let possible: &[Challenge] = match self.ability {
            Ability::Moves => &Challenge::USUAL,
            Ability::CameraMoves => &Challenge::AROUND,
            Ability::Nothing => &[Challenge::ComeNearer],
        };
        let left: Vec<Challenge> = possible.iter().copied().filter(|challenge| Some(*challenge) != passed).collect();
        let (pairs, _) = self.random.as_chunks::<2>();
        let number = u16::from_le_bytes(pairs[self.drawn % pairs.len()]);
        self.drawn += 1;
        left.get(usize::from(number) % left.len().max(1)).copied().unwrap_or(Challenge::ComeNearer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_drawn_as_often_and_none_twice_in_a_row() {
        let mut counts = [0; 3];
        for number in 0..u16::MAX {
            let mut random = [0; 32];
            random[..2].copy_from_slice(&number.to_le_bytes());
            let drawn = Draws::new(random).next(None);
            let at = Challenge::USUAL.iter().position(|c| *c == drawn).expect("one of the usual ones");
            counts[at] += 1;
            assert_ne!(Draws::new(random).next(Some(drawn)), drawn);
        }
        assert_eq!(counts, [21_845; 3]);
    }
}
