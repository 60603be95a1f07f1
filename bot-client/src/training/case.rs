//! The client's case: drawn from the scenario's lists so that its parts fit each other.

use rand::{RngExt, SeedableRng, rngs::ChaCha8Rng, seq::SliceRandom};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::training::{
    QuestionType, Scenario,
    scenario::{
        CaseSlot, Choice, Facts, Industry, Issue, Keywords, Named, Product, Situation, find,
    },
    text::{Language, Localized, Template},
};

/// The topics of what a [`Choice`] says.
pub(crate) const CHOICE_TOPICS: [&str; 7] =
    ["size", "position", "region", "situation", "suppliers", "frequency", "urgency"];
pub(crate) const VOLUME_TOPIC: &str = "volume";

/// A case in the language of its training.
#[derive(Debug, Clone)]
pub struct Case<'s> {
    scenario: &'s Scenario,
    language: Language,
    /// The client's company. Free text in a session of the old bot, like the product.
    client: String,
    product_title: String,
    industry: &'s Industry,
    product: &'s Product,
    size: &'s Choice,
    position: &'s Choice,
    region: &'s Choice,
    situation: &'s Situation,
    suppliers: &'s Choice,
    frequency: &'s Choice,
    urgency: &'s Choice,
    volume: u32,
    issues: Vec<&'s Issue>,
}

/// Something that the client can tell.
#[derive(Debug, Clone)]
pub struct Fact<'s> {
    /// Stable while the scenario keeps its ids, and unique within a case.
    pub id: String,
    pub kind: QuestionType,
    pub text: String,
    pub(crate) keywords: Vec<&'s Keywords>,
}

/// `case_data` of a session. The old bot kept `client` and `product` only.
#[derive(Serialize, Deserialize)]
struct Record {
    client: String,
    product: String,
    ids: Ids,
}

#[derive(Serialize, Deserialize)]
struct Ids {
    industry: String,
    product: String,
    size: String,
    position: String,
    region: String,
    situation: String,
    suppliers: String,
    frequency: String,
    urgency: String,
    volume: u32,
    issues: Vec<String>,
}

impl<'s> Case<'s> {
    /// A case whose product is in none of the `recent` ones, the newest of which come last.
    pub(crate) fn draw(
        scenario: &'s Scenario,
        language: Language,
        seed: u64,
        recent: &[String],
    ) -> Self {
        let recent = &recent[recent.len().saturating_sub(scenario.limits.recent_cases)..];
        let new: Vec<_> = scenario
            .products()
            .filter(|(industry, product)| !recent.contains(&case_id(industry, product)))
            .collect();
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let (industry, product) = *pick(&mut rng, &new);
        Self::around(scenario, language, &mut rng, industry, product)
    }

    /// The case of a session. What its `case_data` lacks is drawn by the seed; product and
    /// client stay as they are there.
    pub(crate) fn recall(
        scenario: &'s Scenario,
        language: Language,
        seed: u64,
        case_data: &Value,
    ) -> Self {
        if let Some(case) = Record::deserialize(case_data)
            .ok()
            .and_then(|record| Self::of_record(scenario, language, record))
        {
            return case;
        }
        let kept = |key| case_data.get(key).and_then(Value::as_str).filter(|text| !text.is_empty());
        let mut case = kept("product")
            .and_then(|title| {
                let (industry, product) = sold_as(scenario, title)?;
                let mut rng = ChaCha8Rng::seed_from_u64(seed);
                Some(Self::around(scenario, language, &mut rng, industry, product))
            })
            .unwrap_or_else(|| Self::draw(scenario, language, seed, &[]));
        if let Some(title) = kept("product") {
            title.clone_into(&mut case.product_title);
        }
        if let Some(client) = kept("client") {
            client.clone_into(&mut case.client);
        }
        case
    }

    fn around(
        scenario: &'s Scenario,
        language: Language,
        rng: &mut ChaCha8Rng,
        industry: &'s Industry,
        product: &'s Product,
    ) -> Self {
        let sizes: Vec<_> = industry.positions.iter().collect();
        let (size, positions) = *pick(rng, &sizes);
        let situation = pick(rng, &scenario.situations);
        let mut issues = all(&industry.issues, &product.issues);
        issues.shuffle(rng);
        Self {
            scenario,
            language,
            client: pick(rng, industry.clients.get(language)).to_string(),
            product_title: product.label.get(language).to_string(),
            industry,
            product,
            size: all(&scenario.sizes, std::slice::from_ref(size))[0],
            position: *pick(rng, &all(&scenario.positions, positions)),
            region: *pick(rng, &all(&scenario.regions, &industry.regions)),
            situation,
            suppliers: *pick(rng, &all(&scenario.suppliers, &situation.suppliers)),
            frequency: *pick(rng, &all(&scenario.frequencies, &product.frequencies)),
            urgency: *pick(rng, &all(&scenario.urgencies, &situation.urgencies)),
            volume: *pick(rng, &product.volumes[size]),
            issues,
        }
    }

    /// None when the scenario has lost one of the ids since.
    fn of_record(scenario: &'s Scenario, language: Language, record: Record) -> Option<Self> {
        let Record { client, product: product_title, ids } = record;
        let industry = find(&scenario.industries, &ids.industry)?;
        Some(Self {
            scenario,
            language,
            client,
            product_title,
            industry,
            product: find(&industry.products, &ids.product)?,
            size: find(&scenario.sizes, &ids.size)?,
            position: find(&scenario.positions, &ids.position)?,
            region: find(&scenario.regions, &ids.region)?,
            situation: find(&scenario.situations, &ids.situation)?,
            suppliers: find(&scenario.suppliers, &ids.suppliers)?,
            frequency: find(&scenario.frequencies, &ids.frequency)?,
            urgency: find(&scenario.urgencies, &ids.urgency)?,
            volume: ids.volume,
            issues: ids
                .issues
                .iter()
                .map(|id| find(&industry.issues, id))
                .collect::<Option<Vec<_>>>()
                .filter(|issues| !issues.is_empty())?,
        })
    }

    /// What `recent_cases` of the stats holds: industry and product.
    pub fn id(&self) -> String {
        case_id(self.industry, self.product)
    }

    /// The client's company.
    pub fn client(&self) -> &str {
        &self.client
    }

    /// What the trainee sells.
    pub fn product(&self) -> &str {
        &self.product_title
    }

    /// What the trainee reads before the first question: `client_case` of the session.
    pub fn card(&self) -> String {
        self.render(self.scenario.card.get(self.language))
    }

    /// All that the client can tell.
    pub fn facts(&self) -> Vec<Fact<'s>> {
        let choice = |(topic, says): (&str, &Localized<_>)| {
            self.fact(topic.to_owned(), topic, None, says.get(self.language))
        };
        let mut facts: Vec<_> = self.choices().map(choice).collect();
        facts.extend(self.facts_in(None, &self.scenario.facts));
        facts.extend(self.facts_in(None, &self.industry.facts));
        facts.extend(self.issues.iter().flat_map(|issue| self.facts_in(Some(issue), &issue.facts)));
        facts
    }

    /// The difficulty that a fact is about: its id starts with that of the difficulty.
    pub(crate) fn issue_of(&self, fact: &str) -> Option<&'s Issue> {
        let (issue, _) = fact.split_once('.')?;
        self.issues.iter().find(|known| known.id == issue).copied()
    }

    pub(crate) fn first_issue(&self) -> &'s Issue {
        self.issues[0]
    }

    pub(crate) fn detail(&self, slot: CaseSlot) -> String {
        let label = |choice: &Choice| choice.label.get(self.language).to_string();
        match slot {
            CaseSlot::Client => self.client.clone(),
            CaseSlot::Industry => self.industry.label.get(self.language).to_string(),
            CaseSlot::Position => label(self.position),
            CaseSlot::Size => label(self.size),
            CaseSlot::Region => label(self.region),
            CaseSlot::Product => self.product_title.clone(),
            CaseSlot::Volume => {
                format!("{} {}", self.volume, &**self.product.unit.get(self.language))
            }
            CaseSlot::Situation => self.situation.label.get(self.language).to_string(),
            CaseSlot::Suppliers => label(self.suppliers),
            CaseSlot::Frequency => label(self.frequency),
            CaseSlot::Urgency => label(self.urgency),
        }
    }

    /// `case_data` of the session; other keys that it had stay.
    pub(crate) fn to_json(&self, before: Value) -> Value {
        let record = Record {
            client: self.client.clone(),
            product: self.product_title.clone(),
            ids: Ids {
                industry: self.industry.id.clone(),
                product: self.product.id.clone(),
                size: self.size.id.clone(),
                position: self.position.id.clone(),
                region: self.region.id.clone(),
                situation: self.situation.id.clone(),
                suppliers: self.suppliers.id.clone(),
                frequency: self.frequency.id.clone(),
                urgency: self.urgency.id.clone(),
                volume: self.volume,
                issues: self.issues.iter().map(|issue| issue.id.clone()).collect(),
            },
        };
        let mut data = match before {
            Value::Object(data) => data,
            _ => Map::new(),
        };
        if let Ok(Value::Object(record)) = serde_json::to_value(record) {
            data.extend(record);
        }
        Value::Object(data)
    }

    fn render(&self, template: &Template<CaseSlot>) -> String {
        template.render(|slot| self.detail(slot))
    }

    fn choices(&self) -> impl Iterator<Item = (&'static str, &'s Localized<Template<CaseSlot>>)> {
        CHOICE_TOPICS.into_iter().zip([
            &self.size.says,
            &self.position.says,
            &self.region.says,
            &self.situation.says,
            &self.suppliers.says,
            &self.frequency.says,
            &self.urgency.says,
        ])
    }

    fn facts_in(&self, issue: Option<&'s Issue>, facts: &'s Facts) -> Vec<Fact<'s>> {
        let owner = issue.map(|issue| format!("{}.", issue.id)).unwrap_or_default();
        let numbered = facts.iter().flat_map(|(topic, says)| {
            (0..)
                .zip(says.get(self.language).iter())
                .map(move |(number, text)| (topic, number, text))
        });
        numbered
            .map(|(topic, number, text): (&String, u32, _)| {
                self.fact(format!("{owner}{topic}.{number}"), topic, issue, text)
            })
            .collect()
    }

    fn fact(
        &self,
        id: String,
        topic: &str,
        issue: Option<&'s Issue>,
        text: &Template<CaseSlot>,
    ) -> Fact<'s> {
        let topic = &self.scenario.topics[topic];
        Fact {
            id,
            kind: topic.kind,
            text: self.render(text),
            keywords: issue
                .map(|issue| &issue.keywords)
                .into_iter()
                .chain([&topic.keywords])
                .collect(),
        }
    }
}

fn case_id(industry: &Industry, product: &Product) -> String {
    format!("{}.{}", industry.id, product.id)
}

/// The product that has this title in one of the languages.
fn sold_as<'s>(scenario: &'s Scenario, title: &str) -> Option<(&'s Industry, &'s Product)> {
    let title = title.to_lowercase();
    scenario.products().find(|(_, product)| {
        Language::ALL.iter().any(|language| product.label.get(*language).to_lowercase() == title)
    })
}

/// The items with these ids; the scenario has checked that they exist.
fn all<'s, T: Named>(items: &'s [T], ids: &[String]) -> Vec<&'s T> {
    ids.iter().filter_map(|id| find(items, id)).collect()
}

fn pick<'a, T>(rng: &mut ChaCha8Rng, items: &'a [T]) -> &'a T {
    &items[rng.random_range(..items.len())]
}
