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

    /// Any of those that this person can do, each as likely.
    pub fn next(&mut self) -> Challenge {
        let possible: &[Challenge] = match self.ability {
            Ability::Moves => &Challenge::USUAL,
            Ability::CameraMoves => &Challenge::AROUND,
            Ability::Nothing => &[Challenge::ComeNearer],
        };
        let (pairs, _) = self.random.as_chunks::<2>();
        let number = u16::from_le_bytes(pairs[self.drawn % pairs.len()]);
        self.drawn += 1;
        possible[usize::from(number) % possible.len()]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_drawn_as_often_and_only_what_the_person_can_do() {
        let drawn = |asked_less: usize| {
            (0..=u16::MAX).map(move |number| {
                let mut random = [0; 32];
                random[..2].copy_from_slice(&number.to_le_bytes());
                let mut draws = Draws::new(random);
                (0..asked_less).for_each(|_| draws.ask_less());
                draws.next()
            })
        };
        assert_eq!(drawn(0).filter(|challenge| *challenge == Challenge::TurnLeft).count(), 32_768);
        assert_eq!(drawn(0).filter(|challenge| *challenge == Challenge::TurnRight).count(), 32_768);
        assert_eq!(drawn(1).filter(|challenge| *challenge == Challenge::CircleLeft).count(), 32_768);
        assert!(drawn(3).all(|challenge| challenge == Challenge::ComeNearer));
    }
}
