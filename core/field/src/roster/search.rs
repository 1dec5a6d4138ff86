//! Finding people by what is typed: number, name or address, with typing errors and with old and new spellings.

use saksi_records::Beneficiary;

/// Words to look for.
pub(crate) struct Query {
    words: Vec<Word>,
}

struct Word {
    plain: String,
    folded: String,
}

/// How unlike what was typed somebody is; the less, the better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Nearness {
    /// Every word is there as it was typed, in any case.
    AsTyped,
    /// Every word is there, some in another spelling.
    Spelt,
    /// So many letters are missing, wrong or exchanged, over all words.
    Off(usize),
}

impl Query {
    pub(crate) fn new(words: &str) -> Self {
        let words = words.split_whitespace().map(str::to_lowercase);
        Self { words: words.map(|plain| Word { folded: folded(&plain), plain }).collect() }
    }

    /// How near this person is to what was typed; `None` if some word is nowhere in number, name or address.
    pub(crate) fn nearness(&self, person: &Beneficiary) -> Option<Nearness> {
        let text = format!("{} {} {}", person.id, person.name, person.address).to_lowercase();
        if self.words.iter().all(|word| text.contains(&word.plain)) {
            return Some(Nearness::AsTyped);
        }
        let there: Vec<String> = text.split(|c: char| !c.is_alphanumeric()).map(folded).collect();
        let off = self.words.iter().map(|word| nearest(&word.folded, &there)).sum::<Option<usize>>()?;
        Some(if off == 0 { Nearness::Spelt } else { Nearness::Off(off) })
    }
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

    fn person(name: &str) -> Beneficiary {
        Beneficiary {
            id: "KPM-0042".parse().expect("a number"),
            nik: "3273014107650003".parse().expect("well-formed"),
            name: name.into(),
            address: "Jl. Melati 4, RT 02/RW 05".into(),
            route: "Antapani 3".into(),
            coordinates: None,
            template: None,
        }
    }

    fn near(words: &str, name: &str) -> Option<Nearness> {
        Query::new(words).nearness(&person(name))
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
