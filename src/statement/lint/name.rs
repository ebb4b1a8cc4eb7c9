//! Names of persons: only warnings, because no pattern tells a person from a street.

use std::ops::Range;

use super::text::{Text, space};

/// Finds names: behind a title (*mevrouw Jansen*, *dhr. de Vries*), and a given name that is common in the
/// Netherlands before a surname (*Anna van den Berg*).
pub(super) fn names(text: &Text) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    for run in text.runs(char::is_alphabetic) {
        if found.last().is_some_and(|last| run.start < last.end) {
            continue;
        }
        let word = text.piece(run.clone());
        let named = match TITLES.contains(&word.as_str()) {
            true => behind_title(text, run.end),
            false if text.is(run.start, char::is_uppercase) && is_given_name(&word) => {
                surname(text, run.end)
            }
            false => None,
        };
        found.extend(named.map(|end| run.start..end));
    }
    found
}

/// Titles that stand before a surname; those that are words or firms as well need their point.
const TITLES: &[&str] = &[
    "Mevrouw",
    "mevrouw",
    "Mevr",
    "mevr",
    "Mw",
    "mw",
    "Dhr",
    "dhr",
    "heer",
    "Heer",
    "Meneer",
    "meneer",
    "Juffrouw",
    "juffrouw",
    "Mr",
    "mr",
    "Mrs",
    "Ms",
    "Miss",
    "Dr",
    "dr",
    "Drs",
    "drs",
    "Prof",
    "prof",
    "Ir",
    "ir",
    "Ing",
    "ing",
    "Professor",
    "professor",
    "Dokter",
    "dokter",
];

/// Titles that count only with a point behind them.
const WITH_POINT: &[&str] = &["mr", "dr", "drs", "prof", "ir", "ing", "Ing", "Ir"];

/// Reads what stands behind a title: a point, more titles, initials, and a surname.
fn behind_title(text: &Text, title: usize) -> Option<usize> {
    let start = text.run_back(title, 12, char::is_alphabetic);
    let word = text.piece(start..title);
    let pointed = text.is(title, |c| c == '.');
    if WITH_POINT.contains(&word.as_str()) && !pointed {
        return None;
    }
    let mut place = title + usize::from(pointed);
    // At most a few titles and initials stand in a row.
    for _ in 0..8 {
        let next = text.run(place, 1, space);
        let end = text.run(next, 12, char::is_alphabetic);
        let point = text.is(end, |c| c == '.');
        let word = text.piece(next..end);
        let initial = point && end == next + 1 && text.is(next, char::is_uppercase);
        let another = point && TITLES.contains(&word.as_str());
        match initial || another {
            true => place = end + 1,
            false => break,
        }
    }
    surname(text, place)
}

/// Reads a space or none, particles and a capitalised word.
fn surname(text: &Text, from: usize) -> Option<usize> {
    const PARTICLES: &[&str] = &[
        "van", "de", "der", "den", "het", "ten", "ter", "te", "von", "el", "al", "la", "le", "du",
        "da", "dos", "di", "'t", "op", "in",
    ];
    let mut place = from;
    for _ in 0..4 {
        let next = text.run(place, 1, |c| space(c) || c == '\n');
        if next == place && !text.is_before(place, |c| c == '.') {
            return None;
        }
        let end = text.run(next, 24, |c| {
            c.is_alphabetic() || c == '\'' || c == '\u{2019}'
        });
        let word = text.piece(next..end).replace('\u{2019}', "'");
        if PARTICLES.contains(&word.to_lowercase().as_str()) {
            place = end;
            continue;
        }
        let mut letters = word.chars();
        let capital = letters.next().is_some_and(char::is_uppercase);
        let rest: String = letters.collect();
        let fits = capital && rest.chars().count() >= 2 && rest.chars().any(char::is_lowercase);
        return fits.then(|| {
            // Double names go on behind a hyphen.
            let double = text.is(end, |c| c == '-') && text.is(end + 1, char::is_uppercase);
            match double {
                true => text.run(end + 1, 24, char::is_alphabetic),
                false => end,
            }
        });
    }
    None
}

fn is_given_name(word: &str) -> bool {
    GIVEN_NAMES.binary_search(&word).is_ok()
}

/// Given names that are common in the Netherlands, sorted; those left out that are Dutch or English words.
#[rustfmt::skip]
const GIVEN_NAMES: &[&str] = &[
    "Aart", "Abdul", "Adriaan", "Adrie", "Agnes", "Ahmed", "Albert", "Alex", "Alexander", "Ali",
    "Alice", "Amir", "Amy", "Andre", "Andrea", "André", "Anita", "Anja", "Anke", "Anna", "Anne",
    "Anneke", "Annelies", "Annemarie", "Annemieke", "Annie", "Anouk", "Antoinette", "Anton",
    "Antonie", "Arie", "Arjan", "Arjen", "Arnold", "Arthur", "Astrid", "Barbara", "Bart", "Bas",
    "Bastiaan", "Beatrix", "Bernadette", "Bernard", "Bert", "Bianca", "Bjorn", "Boris",
    "Brigitte", "Britt", "Carla", "Carlijn", "Carlo", "Carmen", "Caroline", "Casper", "Cees",
    "Chantal", "Charlotte", "Chris", "Christa", "Christiaan", "Christina", "Claire", "Claudia",
    "Conny", "Cor", "Corine", "Cornelia", "Cornelis", "Daan", "Daniel", "Danielle", "Daphne",
    "David", "Debbie", "Debora", "Dennis", "Diana", "Dick", "Diederik", "Dirk", "Dorien", "Edith",
    "Edward", "Edwin", "Eefje", "Elena", "Eline", "Elisabeth", "Elise", "Elizabeth", "Ellen",
    "Els", "Elsa", "Emily", "Emma", "Eric", "Erica", "Erik", "Erika", "Erwin", "Esmee", "Esther",
    "Eva", "Evelien", "Evert", "Fatima", "Femke", "Ferdinand", "Fleur", "Floris", "Frank",
    "Frans", "Fred", "Frederik", "Frits", "Geert", "Gerard", "Gerda", "Gerrit", "Gert", "Gijs",
    "Gijsbert", "Guus", "Hanna", "Hannah", "Hanneke", "Hans", "Harrie", "Harry", "Hassan",
    "Heidi", "Heleen", "Helena", "Hendrik", "Hendrika", "Henk", "Henny", "Henri", "Herman",
    "Hilde", "Hubert", "Hugo", "Ibrahim", "Ilse", "Ingrid", "Irene", "Iris", "Isabel", "Ivo",
    "Jaap", "Jack", "Jacob", "Jacoba", "Jacqueline", "Jacques", "Jan", "Janneke", "Janny",
    "Jasmijn", "Jasper", "Jeanette", "Jelle", "Jennifer", "Jenny", "Jeroen", "Jesse", "Jessica",
    "Joan", "Jochem", "Johan", "Johanna", "Johannes", "John", "Jolanda", "Joost", "Joris", "Jos",
    "Jose", "Josephine", "Judith", "Julia", "Jurgen", "Jurriaan", "Karel", "Karen", "Karin",
    "Karlijn", "Kees", "Kelly", "Kevin", "Khadija", "Kim", "Klaas", "Koen", "Lars", "Laura",
    "Laurens", "Leendert", "Lennart", "Leo", "Leon", "Leonie", "Lianne", "Lieke", "Liesbeth",
    "Linda", "Lisa", "Lisette", "Loes", "Lotte", "Louis", "Louise", "Luc", "Lucas", "Luuk",
    "Maaike", "Maarten", "Maartje", "Machiel", "Marcel", "Margot", "Margreet", "Margriet",
    "Maria", "Marian", "Marianne", "Marie", "Marieke", "Marijke", "Marijn", "Marina", "Marjan",
    "Marjolein", "Marleen", "Marloes", "Martijn", "Martin", "Martine", "Mathijs", "Matthijs",
    "Maud", "Maurice", "Maurits", "Mehmet", "Melissa", "Menno", "Merel", "Michael", "Michel",
    "Michelle", "Michiel", "Mieke", "Mike", "Milan", "Milou", "Miranda", "Miriam", "Mohamed",
    "Mohammed", "Monique", "Mustafa", "Myrthe", "Nadia", "Naomi", "Natalie", "Natasja",
    "Nathalie", "Nick", "Nico", "Nicole", "Niek", "Niels", "Nienke", "Nina", "Noor", "Olaf",
    "Olga", "Oscar", "Otto", "Pascal", "Patricia", "Patrick", "Paul", "Paula", "Pauline", "Peter",
    "Petra", "Piet", "Pieter", "Pieternel", "Pim", "Quinten", "Rachel", "Ralph", "Ramon",
    "Raymond", "Rebecca", "Reinier", "Renate", "Rene", "Renee", "René", "Rianne", "Richard",
    "Rick", "Rik", "Rita", "Rob", "Robbert", "Robert", "Robin", "Roderick", "Roel", "Roelof",
    "Rogier", "Roland", "Ron", "Ronald", "Rosa", "Rosanne", "Ruben", "Rudolf", "Ruud", "Sabine",
    "Sam", "Samantha", "Samira", "Sander", "Sandra", "Sanne", "Sara", "Sarah", "Saskia",
    "Sebastiaan", "Sem", "Shirley", "Silvia", "Simon", "Simone", "Sjaak", "Sjoerd", "Sofie",
    "Sonja", "Sophie", "Stefan", "Stefanie", "Stephanie", "Steven", "Stijn", "Susan", "Susanne",
    "Suzanne", "Sven", "Sylvia", "Tamara", "Tanja", "Teun", "Thea", "Theo", "Theresia", "Thijs",
    "Thomas", "Tijn", "Tim", "Tineke", "Tjeerd", "Tom", "Truus", "Valerie", "Vanessa", "Vera",
    "Veronique", "Victor", "Vincent", "Wendy", "Wesley", "Wieke", "Wietske", "Wilhelmina",
    "Willem", "Willemijn", "Wilma", "Wim", "Wouter", "Yasmin", "Youssef", "Yusuf", "Yvette",
    "Yvonne", "Zoe", "Zoë",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_names_are_sorted() {
        assert!(GIVEN_NAMES.is_sorted() && GIVEN_NAMES.len() > 350);
    }
}
