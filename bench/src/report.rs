//! What was measured, and the tables of it.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::Failure;
use crate::growth::Size;
use crate::load::Sample;

/// All that the last run of each row came to, as `bench/results.json` keeps it.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Results {
    pub(crate) machine: String,
    pub(crate) settings: BTreeMap<String, String>,
    pub(crate) rows: Vec<Row>,
    pub(crate) sizes: Vec<Size>,
}

/// The service, in one kind of work, beside its peers.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Row {
    pub(crate) name: String,
    pub(crate) work: String,
    pub(crate) unit: String,
    /// The service first.
    pub(crate) subjects: Vec<Subject>,
    pub(crate) comparisons: Vec<Comparison>,
    pub(crate) notes: Vec<String>,
}

/// The rounds of one of them.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Subject {
    pub(crate) name: String,
    pub(crate) median: f64,
    pub(crate) low: f64,
    pub(crate) high: f64,
    /// Of answers, in milliseconds: medians of the rounds' p50, p90 and p99.
    pub(crate) latency: Option<[f64; 3]>,
}

/// The service over its peer, by medians; `low` and `high` are of single rounds.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Comparison {
    pub(crate) peer: String,
    pub(crate) ratio: f64,
    pub(crate) low: f64,
    pub(crate) high: f64,
    pub(crate) reach: Reach,
}

/// What the ratio is to be.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Reach {
    AtLeast(f64),
    AtMost(f64),
}

impl Reach {
    fn is_met(self, ratio: f64) -> bool {
        match self {
            Self::AtLeast(least) => ratio >= least,
            Self::AtMost(most) => ratio <= most,
        }
    }

    /// Whether a ratio is twice as bad as the documented one.
    fn is_collapse(self, ratio: f64, documented: f64) -> bool {
        match self {
            Self::AtLeast(_) => ratio < documented / 2.0,
            Self::AtMost(_) => ratio > documented * 2.0,
        }
    }
}

impl Subject {
    pub(crate) fn new(name: &str, rounds: &[f64]) -> Self {
        let (low, high) = span(rounds);
        Self { name: name.to_owned(), median: median(rounds), low, high, latency: None }
    }

    /// Of runs under load.
    pub(crate) fn of_samples(name: &str, samples: &[Sample]) -> Self {
        let each = |of: fn(&Sample) -> f64| samples.iter().map(of).collect::<Vec<_>>();
        let latency = [each(|s| s.p50), each(|s| s.p90), each(|s| s.p99)];
        let latency = Some(latency.map(|rounds| median(&rounds)));
        Self { latency, ..Self::new(name, &each(|s| s.per_second)) }
    }
}

impl Comparison {
    /// Of rounds that were measured side by side.
    pub(crate) fn new(peer: &str, service: &[f64], other: &[f64], reach: Reach) -> Self {
        let ratios: Vec<f64> = service.iter().zip(other).map(|(a, b)| a / b).collect();
        let (low, high) = span(&ratios);
        let ratio = median(service) / median(other);
        Self { peer: peer.to_owned(), ratio, low, high, reach }
    }
}

impl Results {
    /// The last results; none if nothing was ever kept.
    ///
    /// # Errors
    /// The file is there and cannot be read.
    pub(crate) fn load() -> Result<Self, Failure> {
        match fs::read(file()) {
            Ok(json) => Ok(serde_json::from_slice(&json)?),
            Err(_) => Ok(Self::default()),
        }
    }

    /// Puts new rows in the place of old ones.
    pub(crate) fn take(&mut self, new: Self) {
        self.machine = new.machine;
        self.settings.extend(new.settings);
        for row in new.rows {
            match self.rows.iter_mut().find(|old| old.name == row.name) {
                Some(old) => *old = row,
                None => self.rows.push(row),
            }
        }
        self.sizes.retain(|old| new.sizes.iter().all(|size| size.engine != old.engine));
        self.sizes.extend(new.sizes);
    }

    /// Keeps them, and puts the tables into the docs.
    ///
    /// # Errors
    /// A file cannot be written, or the docs have lost the markers.
    pub(crate) fn save(&self) -> Result<(), Failure> {
        fs::write(file(), serde_json::to_string_pretty(self)? + "\n")?;
        let page = docs().join("performance.md");
        let text = fs::read_to_string(&page)?;
        let (head, rest) = text.split_once(BEGIN).ok_or("docs/performance.md has no marker.")?;
        let (_, tail) = rest.split_once(END).ok_or("docs/performance.md has no end marker.")?;
        fs::write(page, format!("{head}{BEGIN}\n{}\n{END}{tail}", self.tables()))?;
        Ok(())
    }

    /// As Markdown.
    pub(crate) fn tables(&self) -> String {
        let mut text = format!("Machine: {}.\n\n", self.machine);
        text += "| work | service | against | ratio (rounds) | to reach | |\n";
        text += "| --- | --- | --- | --- | --- | --- |\n";
        for row in &self.rows {
            for comparison in &row.comparisons {
                let _ = writeln!(text, "{}", row.line(comparison));
            }
        }
        text += "\nLatency under that load, and the spread of the rounds:\n\n";
        text += "| work | of | median | rounds | p50 | p90 | p99 |\n";
        text += "| --- | --- | --- | --- | --- | --- | --- |\n";
        for row in &self.rows {
            for subject in &row.subjects {
                let _ = writeln!(text, "{}", subject.line(row));
            }
        }
        text += "\n";
        for row in &self.rows {
            for note in &row.notes {
                let _ = writeln!(text, "* {}: {note}", row.work);
            }
        }
        if !self.sizes.is_empty() {
            let _ = write!(text, "\nCost against size:\n\n{}", Size::table(&self.sizes));
        }
        text += "\nSettings:\n\n";
        for (name, settings) in &self.settings {
            let _ = writeln!(text, "* {name}: {settings}");
        }
        text
    }

    /// Ratios beside the documented ones, and whether one has collapsed.
    pub(crate) fn guard(&self, documented: &Self) -> (String, bool) {
        let (mut text, mut collapsed) = (String::new(), false);
        for row in &self.rows {
            let known = documented.rows.iter().find(|known| known.name == row.name);
            for new in &row.comparisons {
                let known =
                    known.and_then(|row| row.comparisons.iter().find(|c| c.peer == new.peer));
                let is_collapse =
                    known.is_some_and(|old| new.reach.is_collapse(new.ratio, old.ratio));
                collapsed |= is_collapse;
                let known = known.map_or_else(|| "nothing".to_owned(), |old| number(old.ratio));
                let verdict = if is_collapse { ": COLLAPSED" } else { "" };
                let (work, ratio) = (&row.work, number(new.ratio));
                let _ =
                    writeln!(text, "{work}: {ratio} of {}, documented {known}{verdict}", new.peer);
            }
        }
        (text, collapsed)
    }
}

impl Row {
    /// One that nobody was measured in yet.
    pub(crate) fn new(name: &str, work: &str, unit: &str) -> Self {
        let [name, work, unit] = [name, work, unit].map(str::to_owned);
        Self { name, work, unit, subjects: Vec::new(), comparisons: Vec::new(), notes: Vec::new() }
    }

    fn line(&self, comparison: &Comparison) -> String {
        let Comparison { peer, ratio, low, high, reach } = comparison;
        let value = |name: &str| {
            let subject = self.subjects.iter().find(|subject| subject.name == name);
            subject.map_or_else(String::new, |s| format!("{} {}", number(s.median), self.unit))
        };
        let service = self.subjects.first().map_or_else(String::new, |first| value(&first.name));
        let (to_reach, verdict) = match *reach {
            Reach::AtLeast(least) => (format!("≥ {}", number(least)), ratio / least),
            Reach::AtMost(most) => (format!("≤ {}", number(most)), ratio / most),
        };
        let verdict = if reach.is_met(*ratio) {
            "reached".to_owned()
        } else {
            format!("**{} of it**", number(verdict))
        };
        format!(
            "| {} | {service} | {peer}: {} | {} ({} to {}) | {to_reach} | {verdict} |",
            self.work,
            value(peer),
            number(*ratio),
            number(*low),
            number(*high)
        )
    }
}

impl Subject {
    fn line(&self, row: &Row) -> String {
        let latency = self.latency.map_or_else(
            || "| | | |".to_owned(),
            |[p50, p90, p99]| {
                format!("| {} ms | {} ms | {} ms |", number(p50), number(p90), number(p99))
            },
        );
        format!(
            "| {} | {} | {} {} | {} to {} {latency}",
            row.work,
            self.name,
            number(self.median),
            row.unit,
            number(self.low),
            number(self.high)
        )
    }
}

const BEGIN: &str = "<!-- What stands from here on is written by the benchmark. -->";
const END: &str = "<!-- Up to here. -->";

fn file() -> PathBuf {
    crate::folder().join("results.json")
}

/// The folder of the documentation.
pub(crate) fn docs() -> PathBuf {
    crate::folder().join("../docs")
}

/// With three significant digits.
pub(crate) fn number(value: f64) -> String {
    match value.abs() {
        size if size >= 100.0 => format!("{value:.0}"),
        size if size >= 10.0 => format!("{value:.1}"),
        _ => format!("{value:.2}"),
    }
}

/// The middle one; 0 of none.
pub(crate) fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    match sorted.len() {
        0 => 0.0,
        odd if odd % 2 == 1 => sorted[odd / 2],
        even => sorted[even / 2 - 1].midpoint(sorted[even / 2]),
    }
}

fn span(values: &[f64]) -> (f64, f64) {
    values.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| {
        (low.min(*value), high.max(*value))
    })
}
