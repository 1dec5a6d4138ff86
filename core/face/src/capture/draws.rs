//! Which challenge comes next.

use crate::Challenge;

/// Challenges, drawn from random bytes.
pub(super) struct Draws {
    random: [u8; 32],
    drawn: usize,
    ability: Ability,
    /// Of the challenge before: 0 or 1, as in [`Challenge::USUAL`].
    side: usize,
    /// Whether the next one is to that side too.
    same_side: bool,
}

#[derive(Clone, Copy)]
enum Ability {
    Moves,
    CameraMoves,
    Nothing,
}

impl Draws {
    pub fn new(random: [u8; 32]) -> Self {
        Self { random, drawn: 0, ability: Ability::Moves, side: 0, same_side: false }
    }

    /// The person can't do what was asked so far.
    pub fn ask_less(&mut self) {
        self.ability = match self.ability {
            Ability::Moves => Ability::CameraMoves,
            Ability::CameraMoves | Ability::Nothing => Ability::Nothing,
        };
    }

    /// Nothing was shown in answer to the one before: the next is to the same side, so that waiting or breaking off buys
    /// no other.
    pub fn keep_side(&mut self) {
        self.same_side = true;
    }

    /// Either side of what this person can do, each as likely, unless the side is kept.
    pub fn next(&mut self) -> Challenge {
        let [left, right] = match self.ability {
            Ability::Moves => Challenge::USUAL,
            Ability::CameraMoves => Challenge::AROUND,
            Ability::Nothing => [Challenge::ComeNearer; 2],
        };
        if !std::mem::take(&mut self.same_side) {
            self.side = self.draw();
        }
        if self.side == 0 { left } else { right }
    }

    fn draw(&mut self) -> usize {
        let (pairs, _) = self.random.as_chunks::<2>();
        let number = u16::from_le_bytes(pairs[self.drawn % pairs.len()]);
        self.drawn += 1;
        usize::from(number % 2)
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

    #[test]
    fn a_side_that_is_kept_is_kept_once_and_for_what_is_asked_less() {
        // Left, right, left, right, …
        let mut draws = Draws::new(std::array::from_fn(|i| (i / 2 % 2 * usize::from(i % 2 == 0)) as u8));
        assert_eq!([draws.next(), draws.next()], Challenge::USUAL);
        draws.keep_side();
        draws.ask_less();
        draws.keep_side();
        assert_eq!(draws.next(), Challenge::CircleRight);
        assert_eq!([draws.next(), draws.next()], Challenge::AROUND);
    }
}
