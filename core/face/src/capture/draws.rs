//! Which challenge comes next.

use crate::Challenge;

/// Challenges, drawn from random bytes.
pub(super) struct Draws {
    random: [u8; 32],
    drawn: usize,
    ability: Ability,
    /// Of the challenge before: 0 or 1, as in [`Challenge::USUAL`].
    side: usize,
    /// The expression before, as in [`Challenge::EXPRESSIONS`].
    which: usize,
    /// Whether the next one is the same, or to the same side.
    same: bool,
    /// Which of [`Challenge::EXPRESSIONS`] the person can show, as far as is known.
    shows: [bool; 2],
}

#[derive(Clone, Copy)]
enum Ability {
    Moves,
    CameraMoves,
    Nothing,
}

impl Draws {
    pub fn new(random: [u8; 32]) -> Self {
        Self { random, drawn: 0, ability: Ability::Moves, side: 0, which: 0, same: false, shows: [true; 2] }
    }

    /// The person can't do what was asked.
    pub fn ask_less(&mut self, asked: Challenge) {
        match Challenge::EXPRESSIONS.iter().position(|expression| *expression == asked) {
            Some(which) => self.shows[which] = false,
            None => {
                self.ability = match self.ability {
                    Ability::Moves => Ability::CameraMoves,
                    Ability::CameraMoves | Ability::Nothing => Ability::Nothing,
                }
            }
        }
    }

    /// Whether a movement is still to be asked for, of which an expression takes the place of the last resort.
    pub fn moves(&self) -> bool {
        !matches!(self.ability, Ability::Nothing)
    }

    /// Nothing was shown in answer to the one before: the next is to the same side, or the same expression where that can be
    /// shown, so that breaking off buys no other.
    pub fn keep(&mut self) {
        self.same = true;
    }

    /// Any expression that this person can show, each as likely; coming nearer where there's none.
    pub fn expression(&mut self) -> Challenge {
        if !std::mem::take(&mut self.same) {
            self.which = self.draw();
        }
        match [self.which, 1 - self.which].into_iter().find(|which| self.shows[*which]) {
            Some(which) => Challenge::EXPRESSIONS[which],
            None => Challenge::ComeNearer,
        }
    }

    /// Either side of what this person can do, each as likely, unless the side is kept.
    pub fn movement(&mut self) -> Challenge {
        let [left, right] = match self.ability {
            Ability::Moves => Challenge::USUAL,
            Ability::CameraMoves => Challenge::AROUND,
            Ability::Nothing => [Challenge::ComeNearer; 2],
        };
        if !std::mem::take(&mut self.same) {
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
                (0..asked_less).for_each(|_| draws.ask_less(Challenge::TurnLeft));
                draws.movement()
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
        assert_eq!([draws.movement(), draws.movement()], Challenge::USUAL);
        draws.keep();
        draws.ask_less(Challenge::TurnLeft);
        draws.keep();
        assert_eq!(draws.movement(), Challenge::CircleRight);
        assert_eq!([draws.movement(), draws.movement()], Challenge::AROUND);
    }

    #[test]
    fn an_expression_that_cannot_be_shown_gives_way_to_the_other_and_both_to_coming_nearer() {
        let [eyes, mouth] = Challenge::EXPRESSIONS;
        for random in [[0; 32], [1; 32]] {
            let mut draws = Draws::new(random);
            let first = draws.expression();
            draws.ask_less(first);
            assert_eq!([draws.expression(), draws.expression()], [if first == eyes { mouth } else { eyes }; 2]);
            let other = draws.expression();
            draws.ask_less(other);
            assert_eq!(draws.expression(), Challenge::ComeNearer);
            assert!(draws.moves(), "what a face can't show says nothing about the head");
        }
        let drawn = [[0; 32], [1; 32]].map(|random| Draws::new(random).expression());
        assert_eq!(drawn, Challenge::EXPRESSIONS);
    }
}
