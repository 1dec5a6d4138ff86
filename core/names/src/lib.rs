//! Finding people by what is typed: number, name or address, with typing errors, with old and new spellings, and with or
//! without apostrophes and spaces (`jafar` finds Ja’far, `nuraini` Nur Aini).
//!
//! It knows texts only, so that handset and server find the same people.
//!
//! ```
//! let query = saksi_names::Query::new("suharto");
//! assert!(query.nearness("KPM-0042 Siti Soeharto Jl. Melati 4").is_some());
//! ```
#![forbid(unsafe_code)]

/// What people write for the same stop in a name: Ja'far.
const APOSTROPHES: [char; 9] =
    ['\'', '\u{2019}', '\u{2018}', '\u{2bc}', '\u{2bb}', '\u{2b9}', '\u{2032}', '`', '\u{b4}'];

/// So many letters are enough to be looked for across the spaces of a text: fewer are in everybody's.
const ACROSS: usize = 5;

/// Words to look for.
pub struct Query {
    words: Vec<Word>,
    /// All words as one, in one spelling.
    joined: String,
}

struct Word {
    plain: String,
    folded: String,
}

/// How unlike what was typed a text is; the less, the better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Nearness {
    /// Every word is there as it was typed, in any case.
    AsTyped,
    /// Every word is there, some in another spelling.
    Spelt,
    /// So many letters are missing, wrong or exchanged, over all words.
    Off(usize),
}

impl Query {
    /// Words as they were typed, in any case and order.
    pub fn new(words: &str) -> Self {
        let plain = plain(words);
        let words: Vec<Word> =
            plain.split_whitespace().map(|word| Word { folded: folded(word), plain: word.to_owned() }).collect();
        Self { words, joined: joined(&plain) }
    }

    /// How near a text is to what was typed; `None` if some word is nowhere in it.
    pub fn nearness(&self, text: &str) -> Option<Nearness> {
        let text = plain(text);
        if self.words.iter().all(|word| text.contains(&word.plain)) {
            return Some(Nearness::AsTyped);
        }
        let there: Vec<String> = text.split(|c: char| !c.is_alphanumeric()).map(folded).collect();
        let off = self.words.iter().map(|word| nearest(&word.folded, &there)).sum::<Option<usize>>();
        match off {
            Some(0) => Some(Nearness::Spelt),
            // The same letters with other spaces between them are nearer than other letters.
            _ if self.is_across(&text) => Some(Nearness::Spelt),
            off => off.map(Nearness::Off),
        }
    }

    fn is_across(&self, text: &str) -> bool {
        self.joined.chars().count() >= ACROSS && joined(text).contains(&self.joined)
    }
}

/// A text by which it is found whatever its case, spelling, apostrophes and spaces: what is looked for, made the same way, is a
/// part of it.
pub fn key(text: &str) -> String {
    joined(&plain(text))
}

/// In small letters, without apostrophes.
fn plain(text: &str) -> String {
    text.to_lowercase().chars().filter(|letter| !APOSTROPHES.contains(letter)).collect()
}

/// All letters and digits as one word, in one spelling.
fn joined(plain: &str) -> String {
    folded(&plain.chars().filter(|letter| letter.is_alphanumeric()).collect::<String>())
}

/// By how many letters a word differs from the nearest of these; `None` where that is too many for its length.
fn nearest(word: &str, there: &[String]) -> Option<usize> {
    if there.iter().any(|other| other.starts_with(word)) {
        return Some(0);
    }
    let letters = word.chars().count();
    // A number is right or wrong; of a short word everything would be near.
    let most = if word.bytes().any(|byte| byte.is_ascii_digit()) { 0 } else { [0, 1, 2][(letters / 4).min(2)] };
    let near = there.iter().filter(|other| other.chars().count().abs_diff(letters) <= most);
    near.map(|other| strsim::osa_distance(word, other)).filter(|off| *off <= most).min()
}

/// One way to write what Indonesian names have several for: letters of the spellings of 1901 and 1947 (oe, dj, tj, nj,
/// sj, ch, j) and of today's (1972), letters that sound alike, and doubled ones.
fn folded(word: &str) -> String {
    const PAIRS: [(&str, &str); 12] = [
        ("oe", "u"),
        ("dj", "y"),
        ("tj", "c"),
        ("nj", "ny"),
        ("sj", "sy"),
        ("ch", "h"),
        ("kh", "h"),
        ("dh", "d"),
        ("th", "t"),
        ("ph", "p"),
        ("x", "ks"),
        ("ie", "i"),
    ];
    let mut folded = String::with_capacity(word.len());
    let mut rest = word;
    while let Some(first) = rest.chars().next() {
        let pair = PAIRS.iter().find(|(from, _)| rest.starts_with(from));
        let (taken, to) = match pair {
            Some((from, to)) => (from.len(), *to),
            None => (first.len_utf8(), ""),
        };
        let single = |letter: char| match letter {
            // What was y is j today, and what was j is dj: both are one here.
            'j' => 'y',
            'f' | 'v' => 'p',
            'q' => 'k',
            'z' => 's',
            other => other,
        };
        for letter in if pair.is_some() { to } else { &rest[..taken] }.chars().map(single) {
            if !folded.ends_with(letter) || letter.is_ascii_digit() {
                folded.push(letter);
            }
        }
        rest = &rest[taken..];
    }
    folded
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn near(words: &str, name: &str) -> Option<Nearness> {
        Query::new(words).nearness(&format!("KPM-0042 {name} Jl. Melati 4, RT 02/RW 05"))
    }

    #[test]
    fn apostrophes_and_spaces_may_be_there_or_not() {
        for (typed, written) in [
            ("jafar", "Ja'far"),
            ("Ja’far", "Jafar"),
            ("ja’far", "Ja'far Sidiq"),
            ("jafar", "Dja‘far"),
            ("nuraini", "Nur Aini"),
            ("nur aini", "Nuraini"),
            ("nuraini", "Siti Nur'aini"),
            ("siti nuraini", "Siti Nur Aini"),
        ] {
            assert!(matches!(near(typed, written), Some(Nearness::AsTyped | Nearness::Spelt)), "{typed}, {written}");
        }
        assert_eq!(near("nuraini", "Nur Hayati"), None);
    }

    #[test]
    fn old_and_new_spellings_are_one() {
        for (typed, written) in [
            ("suharto", "Soeharto"),
            ("soekarno", "Sukarno"),
            ("djoko", "Joko"),
            ("tjahjo", "Cahyo"),
            ("suryadi", "Soerjadi"),
            ("achmad", "Ahmad"),
            ("akhmad", "Achmad"),
            ("muhamad", "Muhammad"),
            ("fitri", "Pitri"),
            ("rizki", "Riski"),
            ("sjarif", "Syarif"),
        ] {
            assert_eq!(near(typed, written), Some(Nearness::Spelt), "{typed}, {written}");
        }
    }

    #[test]
    fn a_letter_too_few_too_many_wrong_or_exchanged_is_forgiven() {
        for typed in ["rhayu", "rahayyu", "rahaju", "rahauy", "rahayo"] {
            assert!(near(typed, "Siti Rahayu").is_some(), "{typed}");
        }
        assert_eq!(near("rahauy", "Siti Rahayu"), Some(Nearness::Off(1)));
        assert_eq!(near("santoso", "Siti Rahayu"), None);
        assert_eq!(near("sit", "Budi"), None);
        assert_eq!(near("kpm-0043", "Siti Rahayu"), None, "a number is right or wrong");
    }

    #[test]
    fn words_may_come_from_number_name_and_address_in_any_order() {
        assert_eq!(near("MELATI siti", "Siti Rahayu"), Some(Nearness::AsTyped));
        assert_eq!(near("0042", "Siti Rahayu"), Some(Nearness::AsTyped));
        assert_eq!(near("", "Siti Rahayu"), Some(Nearness::AsTyped));
        assert!(Nearness::AsTyped < Nearness::Spelt && Nearness::Spelt < Nearness::Off(1));
    }

    proptest! {
        #[test]
        fn whoever_is_typed_as_written_is_found(name in "\\PC{1,40}", typed in "\\PC{0,20}") {
            prop_assert_eq!(near(&name, &name), Some(Nearness::AsTyped));
            near(&typed, &name);
        }

        #[test]
        fn folding_twice_changes_nothing_more(word in "[a-z]{0,12}") {
            let once = folded(&word);
            prop_assert!(once.len() <= 2 * word.len());
            prop_assert_eq!(near(&once, &once), Some(Nearness::AsTyped));
        }
    }
}
