//! Numbers in a Russian or English text, in digits or in words, with what they count.

/// How many of what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Quantity {
    /// 1,500.5 is 1 500 500.
    pub(super) thousandths: u64,
    pub(super) unit: Option<&'static str>,
}

/// The first word names the unit, the others are how it is written; `*` stands for any ending.
const UNITS: &[&str] = &[
    "percent % процент* percent*",
    "minute минут* мин minute*",
    "hour час часа часов часам часу ежечасн* hour*",
    "day день дня дней дни дням сутки суток ежедневн* day days daily",
    "week недел* еженедельн* week*",
    "month месяц* мес ежемесячн* month*",
    "quarter квартал* ежеквартальн* quarter*",
    "year год года году годы годов лет ежегодн* year* annual*",
    "times раз раза times",
    "rouble ₽ руб* rub rouble* ruble*",
    "dollar $ доллар* usd dollar*",
    "euro € евро eur euro euros",
    "tonne т тонн* tonne* ton tons",
    "kilogram кг килограмм* kg kilogram* kilo kilos",
    "litre литр* litre* liter*",
    "person человек* людей люди сотрудник* работник* people person* employee*",
    "piece шт штук* piece* pcs",
    "supplier поставщик* supplier* vendor*",
];

/// The units that a frequency or a time limit is made of, which are told without a number too.
const PERIODS: &[&str] = &["minute", "hour", "day", "week", "month", "quarter", "year"];

/// Written forms by value in thousandths. "One" is left out: it is an article and a pronoun too.
const NUMERALS: &[(u64, &str)] = &[
    (0, "ноль нуля zero"),
    (500, "половина половины половину половине half"),
    (1_500, "полтора полторы полутора"),
    (2_000, "два две двух двум двумя двое дважды вдвое пара пару пары two twice couple"),
    (3_000, "три трех трем тремя трое трижды втрое three thrice"),
    (4_000, "четыре четырех четырем четырьмя четверо four"),
    (5_000, "пять пяти пятью пятеро five"),
    (6_000, "шесть шести шестью six"),
    (7_000, "семь семи семью seven"),
    (8_000, "восемь восьми восемью eight"),
    (9_000, "девять девяти девятью nine"),
    (10_000, "десять десяти десятью десяток десятка десятки десятков ten tens"),
    (11_000, "одиннадцать одиннадцати одиннадцатью eleven"),
    (12_000, "двенадцать двенадцати двенадцатью дюжина дюжину дюжины twelve dozen dozens"),
    (13_000, "тринадцать тринадцати тринадцатью thirteen"),
    (14_000, "четырнадцать четырнадцати четырнадцатью fourteen"),
    (15_000, "пятнадцать пятнадцати пятнадцатью fifteen"),
    (16_000, "шестнадцать шестнадцати шестнадцатью sixteen"),
    (17_000, "семнадцать семнадцати семнадцатью seventeen"),
    (18_000, "восемнадцать восемнадцати восемнадцатью eighteen"),
    (19_000, "девятнадцать девятнадцати девятнадцатью nineteen"),
    (20_000, "двадцать двадцати двадцатью twenty"),
    (30_000, "тридцать тридцати тридцатью thirty"),
    (40_000, "сорок сорока forty"),
    (50_000, "пятьдесят пятидесяти пятьюдесятью fifty"),
    (60_000, "шестьдесят шестидесяти шестьюдесятью sixty"),
    (70_000, "семьдесят семидесяти семьюдесятью seventy"),
    (80_000, "восемьдесят восьмидесяти восемьюдесятью eighty"),
    (90_000, "девяносто девяноста ninety"),
    (100_000, "сто ста сотня сотню сотни сотен"),
    (200_000, "двести двухсот двумстам двумястами"),
    (300_000, "триста трехсот тремстам тремястами"),
    (400_000, "четыреста четырехсот четыремстам"),
    (500_000, "пятьсот пятисот пятистам"),
    (600_000, "шестьсот шестисот шестистам"),
    (700_000, "семьсот семисот семистам"),
    (800_000, "восемьсот восьмисот восьмистам"),
    (900_000, "девятьсот девятисот девятистам"),
];

/// Stands for every number that is larger than what a case could hold.
const HUGE: u64 = u64::MAX / 2;

const MULTIPLIERS: &[(u64, &str)] = &[
    (100, "hundred hundreds"),
    (1_000, "тыс тысяч* thousand*"),
    (1_000_000, "млн миллион* mln million*"),
    (1_000_000_000, "млрд миллиард* bn billion*"),
];

#[derive(Clone, Copy)]
enum Token<'t> {
    /// In thousandths.
    Number(u64),
    Word(&'t str),
}
use Token::{Number, Word};

/// All numbers of a text, in its order.
pub(super) fn quantities(text: &str) -> Vec<Quantity> {
    let text = text.to_lowercase().replace('ё', "е");
    let tokens = tokens(&text);
    let mut rest = tokens.as_slice();
    let mut before = None;
    let mut found = Vec::new();
    while let Some((first, following)) = rest.split_first() {
        if let Some((thousandths, after)) = numeral(rest) {
            let unit = unit_at_start(after).or(before);
            found.push(Quantity { thousandths, unit });
            (rest, before) = (after, None);
        } else {
            // A currency's sign may stand before the sum.
            before = match first {
                Word(sign @ ("$" | "€" | "₽")) => unit(sign),
                _ => None,
            };
            rest = following;
        }
    }
    found
}

/// The periods that a text speaks of, with a number or without.
pub(super) fn periods(text: &str) -> Vec<&'static str> {
    let text = text.to_lowercase();
    let words = tokens(&text).into_iter().filter_map(|token| match token {
        Word(word) => unit(word),
        Number(_) => None,
    });
    words.filter(|unit| PERIODS.contains(unit)).collect()
}

/// Reads a number of several words, such as "two hundred and five" or "2,5 тысячи". Gives what is
/// left after it.
fn numeral<'a, 't>(tokens: &'a [Token<'t>]) -> Option<(u64, &'a [Token<'t>])> {
    let (mut total, mut group) = (0_u64, None::<u64>);
    // The next word is a part of this number only if it is smaller than this.
    let mut limit = u64::MAX;
    let mut rest = tokens;
    loop {
        let next = match rest {
            [Word("and"), next, ..] if limit == 100_000 && value(next).is_some() => {
                rest = &rest[1..];
                next
            }
            [next, ..] => next,
            [] => break,
        };
        if let Some(value) = value(next).filter(|value| *value < limit) {
            group = Some(group.unwrap_or(0).saturating_add(value));
            limit = match next {
                Number(_) => 0,
                Word(_) if value >= 100_000 => 100_000,
                Word(_) if value >= 20_000 => 10_000,
                Word(_) => 0,
            };
        } else if let Some(multiplier) = multiplier(next) {
            let product = group.take().unwrap_or(1_000).saturating_mul(multiplier);
            if multiplier == 100 {
                (group, limit) = (Some(product), 100_000);
            } else {
                (total, limit) = (total.saturating_add(product), multiplier * 1_000);
            }
        } else {
            break;
        }
        rest = &rest[1..];
    }
    (rest.len() < tokens.len()).then(|| (total.saturating_add(group.unwrap_or(0)), rest))
}

fn value(token: &Token<'_>) -> Option<u64> {
    match token {
        Number(thousandths) => Some(*thousandths),
        Word(word) => look_up(NUMERALS, word),
    }
}

fn multiplier(token: &Token<'_>) -> Option<u64> {
    match token {
        Number(_) => None,
        Word(word) => look_up(MULTIPLIERS, word),
    }
}

fn look_up(table: &[(u64, &str)], word: &str) -> Option<u64> {
    table.iter().find(|(_, forms)| is_among(word, forms)).map(|(value, _)| *value)
}

/// The unit of the number before, past one adjective at most.
fn unit_at_start(tokens: &[Token<'_>]) -> Option<&'static str> {
    match tokens {
        [Word(first), Word(second), ..] if first.chars().count() > 3 => {
            unit(first).or_else(|| unit(second))
        }
        [Word(first), ..] => unit(first),
        _ => None,
    }
}

fn unit(word: &str) -> Option<&'static str> {
    let forms = UNITS.iter().find(|forms| is_among(word, forms))?;
    forms.split(' ').next()
}

fn is_among(word: &str, forms: &str) -> bool {
    forms.split(' ').any(|form| match form.strip_suffix('*') {
        Some(stem) => word.starts_with(stem),
        None => word == form,
    })
}

fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        if first.is_ascii_digit() {
            let (thousandths, after) = digits(rest);
            tokens.push(Number(thousandths));
            rest = after;
        } else {
            let end = rest.find(|letter: char| !letter.is_alphabetic()).unwrap_or(rest.len());
            let (word, after) = rest.split_at(end.max(first.len_utf8()));
            if end > 0 || "%₽$€".contains(first) {
                tokens.push(Word(word));
            }
            rest = after;
        }
    }
    tokens
}

/// Reads "1500", "1 500", "1,500" or "1,5". Three digits after a separator are thousands.
fn digits(text: &str) -> (u64, &str) {
    let (first, mut rest) = split_digits(text);
    let mut whole = first.to_owned();
    while first.len() <= 3 {
        let Some(after) = rest.strip_prefix([' ', '\u{a0}', '\u{202f}', '\'', '’', ',', '.'])
        else {
            break;
        };
        let (group, after) = split_digits(after);
        if group.len() != 3 {
            break;
        }
        whole.push_str(group);
        rest = after;
    }
    let mut fraction = "";
    if let Some(after) = rest.strip_prefix([',', '.']) {
        let (part, after) = split_digits(after);
        if !part.is_empty() {
            (fraction, rest) = (part, after);
        }
    }
    let thousandths = format!("{whole}{fraction:0<3.3}").parse();
    (thousandths.map_or(HUGE, |number: u64| number.min(HUGE)), rest)
}

fn split_digits(text: &str) -> (&str, &str) {
    text.split_at(text.find(|digit: char| !digit.is_ascii_digit()).unwrap_or(text.len()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str) -> Vec<(u64, Option<&'static str>)> {
        quantities(text).iter().map(|it| (it.thousandths, it.unit)).collect()
    }

    #[test]
    fn numbers_are_read_as_they_are_written() {
        let kilo = |number: u64| number * 1_000;
        let table = [
            ("Нас 120 человек", vec![(kilo(120), Some("person"))]),
            ("сто двадцать сотрудников", vec![(kilo(120), Some("person"))]),
            ("1 500 тонн, 1,500 tonnes", vec![(kilo(1_500), Some("tonne")); 2]),
            ("1\u{a0}500 000 руб.", vec![(kilo(1_500_000), Some("rouble"))]),
            ("1,5 млн ₽", vec![(kilo(1_500_000), Some("rouble"))]),
            ("полтора миллиона рублей", vec![(kilo(1_500_000), Some("rouble"))]),
            ("$2.5 million", vec![(kilo(2_500_000), Some("dollar"))]),
            ("две тысячи пятьсот", vec![(kilo(2_500), None)]),
            ("2 тысячи 500", vec![(kilo(2_500), None)]),
            ("two hundred and fifty-five trucks", vec![(kilo(255), None)]),
            ("twenty and three", vec![(kilo(20), None), (kilo(3), None)]),
            ("пять-шесть дней", vec![(kilo(5), Some("day")), (kilo(6), Some("day"))]),
            ("10–15 рабочих дней", vec![(kilo(10), None), (kilo(15), Some("day"))]),
            ("15%, 15 процентов", vec![(kilo(15), Some("percent")); 2]),
            ("40 в месяц", vec![(kilo(40), None)]),
            ("дважды в год", vec![(kilo(2), None)]),
            ("a couple of hundred", vec![(kilo(2), None), (kilo(100), None)]),
            ("0,25", vec![(250, None)]),
            ("3.14159", vec![(3_141, None)]),
            ("9999999999999999999999", vec![(HUGE, None)]),
            ("one of our people, один из нас, пятница, стол, тонна", vec![]),
            ("12, 500", vec![(kilo(12), None), (kilo(500), None)]),
            ("2024 150", vec![(kilo(2024), None), (kilo(150), None)]),
        ];
        for (text, wanted) in table {
            assert_eq!(read(text), wanted, "{text}");
        }
    }

    #[test]
    fn periods_are_found_without_a_number() {
        assert_eq!(periods("Раз в неделю, а отчёт ежемесячно"), ["week", "month"]);
        assert_eq!(periods("Weekly, and once a year."), ["week", "year"]);
        assert_eq!(periods("Сейчас деньги есть у многих людей."), Vec::<&str>::new());
    }

    proptest! {
        #[test]
        fn any_text_is_read(text in "[0-9 .,'’a-z%₽$сто двести тысяч миллион-]{0,60}|\\PC{0,60}") {
            quantities(&text);
            periods(&text);
        }

        #[test]
        fn groups_of_three_change_nothing(number in 0_u64..1_000_000_000) {
            let plain = number.to_string();
            let mut grouped = String::new();
            for (index, digit) in plain.chars().enumerate() {
                if index > 0 && (plain.len() - index) % 3 == 0 {
                    grouped.push(' ');
                }
                grouped.push(digit);
            }
            prop_assert_eq!(read(&grouped), vec![(number * 1_000, None)]);
            prop_assert_eq!(read(&plain), vec![(number * 1_000, None)]);
        }
    }
}
