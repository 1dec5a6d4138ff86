//! Indonesian addresses in the order of houses: by street, and numbers as numbers.

/// An address as words and numbers.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Address {
    /// What comes before the house's number, in one spelling: `jalan melati`.
    pub(crate) street: String,
    rest: Vec<Part>,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    Number(u64),
    Word(String),
}

impl Address {
    /// `Jl. Melati No. 12A, RT 02/RW 05`: street `jalan melati`, then 12, a, rt, 2, rw, 5. A street that is itself a number
    /// (Jl. 17 Agustus) keeps it.
    pub(crate) fn of(text: &str) -> Self {
        let mut street: Vec<String> = Vec::new();
        let mut rest = Vec::new();
        let mut named = false;
        for part in parts(text) {
            let ends = match &part {
                Part::Number(_) => named,
                Part::Word(word) => named && matches!(word.as_str(), "no" | "nomor" | "rt" | "rw" | "blok"),
            };
            if ends || !rest.is_empty() {
                rest.push(part);
                continue;
            }
            match part {
                Part::Number(number) => {
                    named = true;
                    street.push(number.to_string());
                }
                Part::Word(word) => {
                    let kind = match word.as_str() {
                        "jl" | "jln" | "jalan" => Some("jalan"),
                        "gg" | "gang" => Some("gang"),
                        "kp" | "kampung" => Some("kampung"),
                        _ => None,
                    };
                    named |= kind.is_none();
                    street.push(kind.map_or(word, str::to_owned));
                }
            }
        }
        // The word for "number" says nothing.
        rest.retain(|part| !matches!(part, Part::Word(word) if word == "no" || word == "nomor"));
        Self { street: street.join(" "), rest }
    }
}

fn parts(text: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    for word in text.to_lowercase().split(|c: char| !c.is_alphanumeric()) {
        let mut rest = word;
        while let Some(first) = rest.chars().next() {
            let digits = first.is_ascii_digit();
            let end = rest.find(|c: char| c.is_ascii_digit() != digits).unwrap_or(rest.len());
            let (part, after) = rest.split_at(end);
            // A number of more than 19 digits is no house's.
            parts.push(part.parse().map_or_else(|_| Part::Word(part.to_owned()), Part::Number));
            rest = after;
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn houses_stand_in_order() {
        let sorted = [
            "Gg. Mawar 12",
            "Gang Mawar No. 15",
            "Jl. 17 Agustus 3",
            "JL. 17 Agustus No 20",
            "Jl. Melati 4, RT 02/RW 05",
            "Jalan Melati No. 9",
            "jln melati 12",
            "Jl. Melati 12A",
            "Jl. Melati 12B",
            "Kp. Cisarua RT 2/5",
            "Kampung Cisarua RT 10/5",
        ];
        let addresses: Vec<Address> = sorted.iter().map(|text| Address::of(text)).collect();
        assert!(addresses.is_sorted(), "{addresses:#?}");
        let streets: Vec<&str> = addresses.iter().map(|address| address.street.as_str()).collect();
        assert_eq!(streets[0], streets[1]);
        assert_eq!((streets[2], streets[4]), ("jalan 17 agustus", "jalan melati"));
        assert!(streets[4..9].iter().all(|street| *street == "jalan melati") && streets[9] == streets[10]);
    }

    #[test]
    fn any_text_is_an_address() {
        for text in ["", "123", "RT 1", "99999999999999999999999", "no", "Ä ß 4"] {
            Address::of(text);
        }
        assert!(Address::of("4") < Address::of("Jl. A 4"));
    }
}
