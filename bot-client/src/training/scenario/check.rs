//! What the parser cannot see: that ids exist, figures ascend and parts fit together.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    AnswerSlot, CaseSlot, Facts, Industry, Issue, Named, Product, Scenario, ScenarioError, find,
};
use crate::training::{
    QuestionType,
    case::{CHOICE_TOPICS, VOLUME_TOPIC},
    measure::Condition,
    text::{Language, List, Localized, Template},
};

type Checked = Result<(), ScenarioError>;

fn require(holds: bool, place: &str, problem: impl Into<String>) -> Checked {
    if holds {
        Ok(())
    } else {
        Err(ScenarioError::Wrong { place: place.to_owned(), problem: problem.into() })
    }
}

impl Scenario {
    pub(super) fn check(&self) -> Checked {
        self.check_limits()?;
        self.check_scores()?;
        self.check_answers()?;
        self.check_topics()?;
        self.check_choices()?;
        for industry in self.industries.iter() {
            self.check_industry(industry)?;
        }
        let products = self.products().count();
        let recent = self.limits.recent_cases;
        require(
            products > recent,
            "industries",
            format!("{products} products cannot give a new case after {recent} recent ones"),
        )?;
        self.check_repeats()
    }

    fn check_limits(&self) -> Checked {
        let limits = &self.limits;
        // What a weight times the questions must stay within, far from overflow.
        let small = 1..=1_000;
        require(
            (1..=limits.max_questions).contains(&limits.min_questions)
                && small.contains(&limits.max_questions),
            "limits",
            "1 <= min_questions <= max_questions <= 1000 must hold",
        )?;
        require(
            (1..=100).contains(&limits.clarity_cap) && limits.offer_finish_at <= limits.clarity_cap,
            "limits",
            "offer_finish_at <= clarity_cap <= 100 must hold",
        )?;
        require(limits.contextual_bonus <= 100, "limits", "contextual_bonus is above 100")?;
        for kind in QuestionType::ALL {
            let place = format!("types.{}", kind.as_str());
            let rules = self.types.get(kind);
            require(small.contains(&rules.weight), &place, "the weight must be 1 to 1000")?;
            let share = rules.recommended;
            require(
                share.min <= share.max && share.max <= 100,
                &place,
                "min <= max <= 100 must hold for the recommended share",
            )?;
        }
        require(
            limits.maestro_score <= self.max_score(),
            "limits",
            format!("maestro_score is above the highest score, {}", self.max_score()),
        )
    }

    fn check_scores(&self) -> Checked {
        let (last, closed) = self.ranks.split_last().map_or((None, &[][..]), |(l, c)| (Some(l), c));
        let tops: Option<Vec<_>> = closed.iter().map(|rank| rank.up_to).collect();
        require(
            last.is_some_and(|rank| rank.up_to.is_none())
                && tops.is_some_and(|tops| tops.is_sorted_by(|a, b| a < b)),
            "ranks",
            "each rank but the last needs up_to, ascending, and the last must have none",
        )?;
        require(
            closed.iter().all(|rank| rank.up_to < Some(self.max_score())),
            "ranks",
            format!("no training scores above {}: a rank cannot be reached", self.max_score()),
        )?;
        unique("ranks", &self.ranks)?;
        unique("achievements", &self.achievements)?;
        for achievement in self.achievements.iter() {
            conditions(&format!("achievements.{}", achievement.id), &achievement.when)?;
        }
        for (number, advice) in (1..).zip(self.advice.iter()) {
            conditions(&format!("advice {number}"), &advice.when)?;
        }
        let always = self.advice.iter().filter(|advice| advice.when.is_empty()).count();
        let needed = self.limits.advice;
        require(
            always >= needed,
            "advice",
            format!("{needed} pieces must apply always (have no `when`); there are {always}"),
        )
    }

    fn check_answers(&self) -> Checked {
        for kind in QuestionType::ALL {
            let rules = self.types.get(kind);
            let place = format!("types.{}", kind.as_str());
            hold_fact(&format!("{place}.plain"), &rules.plain)?;
            if let Some(aside) = &rules.aside {
                hold_fact(&format!("{place}.aside"), aside)?;
            }
        }
        hold_fact("answers.again", &self.answers.again)
    }

    fn check_topics(&self) -> Checked {
        for id in CHOICE_TOPICS.iter().chain([&VOLUME_TOPIC]) {
            require(
                self.topics.get(*id).is_some_and(|topic| topic.kind == QuestionType::Situational),
                "topics",
                format!("{id} is missing or not of type situational"),
            )?;
        }
        let volume = self.facts.get(VOLUME_TOPIC);
        require(
            volume.is_some_and(|says| {
                Language::ALL.iter().all(|language| says.get(*language)[0].has(CaseSlot::Volume))
            }),
            "facts.volume",
            "it must tell {volume}",
        )?;
        self.check_facts("facts", &self.facts)
    }

    fn check_facts(&self, place: &str, facts: &Facts) -> Checked {
        for (topic, says) in facts {
            let place = format!("{place}.{topic}");
            require(self.topics.contains_key(topic), &place, "the topic is unknown")?;
            require(says.ru.len() == says.en.len(), &place, "ru and en differ in number")?;
        }
        Ok(())
    }

    fn check_choices(&self) -> Checked {
        unique("sizes", &self.sizes)?;
        unique("positions", &self.positions)?;
        unique("regions", &self.regions)?;
        unique("suppliers", &self.suppliers)?;
        unique("frequencies", &self.frequencies)?;
        unique("urgencies", &self.urgencies)?;
        unique("situations", &self.situations)?;
        unique("industries", &self.industries)?;
        for situation in self.situations.iter() {
            let place = format!("situations.{}", situation.id);
            known(&place, &self.suppliers, &situation.suppliers)?;
            known(&place, &self.urgencies, &situation.urgencies)?;
        }
        Ok(())
    }

    fn check_industry(&self, industry: &Industry) -> Checked {
        let place = format!("industries.{}", industry.id);
        unique(&format!("{place}.issues"), &industry.issues)?;
        unique(&format!("{place}.products"), &industry.products)?;
        known(&place, &self.regions, &industry.regions)?;
        require(!industry.positions.is_empty(), &place, "positions are missing")?;
        for (size, positions) in &industry.positions {
            known(&place, &self.sizes, std::slice::from_ref(size))?;
            known(&place, &self.positions, positions)?;
        }
        self.check_facts(&place, &industry.facts)?;
        for issue in industry.issues.iter() {
            self.check_issue(&place, issue)?;
        }
        industry.products.iter().try_for_each(|product| self.check_product(industry, product))
    }

    /// An issue can be asked about with each type of question but the first.
    fn check_issue(&self, place: &str, issue: &Issue) -> Checked {
        let place = format!("{place}.issues.{}", issue.id);
        self.check_facts(&place, &issue.facts)?;
        let told: BTreeSet<_> = issue.facts.keys().map(|topic| self.topics[topic].kind).collect();
        let needed = [QuestionType::Problem, QuestionType::Implication, QuestionType::NeedPayoff];
        needed.iter().try_for_each(|kind| {
            require(told.contains(kind), &place, format!("no fact of type {}", kind.as_str()))
        })
    }

    fn check_product(&self, industry: &Industry, product: &Product) -> Checked {
        let place = format!("industries.{}.products.{}", industry.id, product.id);
        known(&place, &self.frequencies, &product.frequencies)?;
        known(&place, &industry.issues, &product.issues)?;
        require(
            product.volumes.keys().eq(industry.positions.keys()),
            &place,
            "volumes must be given for the sizes that the industry has positions for",
        )?;
        let fits =
            |volume: &u32| matches!(volume % 10, 0 | 5..=9) || (11..=14).contains(&(volume % 100));
        require(
            product
                .volumes
                .values()
                .flat_map(|volumes| volumes.iter())
                .all(|volume| *volume > 1 && fits(volume)),
            &place,
            "volumes must end in 0, 5 to 9 or 11 to 14: Russian has one form of the unit for those",
        )
    }

    fn check_repeats(&self) -> Checked {
        for language in Language::ALL {
            let shortest = self.shortest_fact(language);
            let repeats = self.answers.repeat.get(language);
            require(
                repeats.iter().all(|repeat| repeat.chars().count() < shortest),
                "answers.repeat",
                format!(
                    "each must be shorter than every fact; the shortest has {shortest} characters"
                ),
            )?;
        }
        Ok(())
    }

    fn shortest_fact(&self, language: Language) -> usize {
        let issues = self.industries.iter().flat_map(|industry| industry.issues.iter());
        let of_industries = self.industries.iter().map(|industry| &industry.facts);
        let facts = of_industries.chain(issues.map(|issue| &issue.facts)).chain([&self.facts]);
        let told = facts.flat_map(BTreeMap::values).flat_map(|says| says.get(language).iter());
        let choices = [
            &self.sizes,
            &self.positions,
            &self.regions,
            &self.suppliers,
            &self.frequencies,
            &self.urgencies,
        ];
        let choices = choices.into_iter().flat_map(|list| list.iter()).map(|choice| &choice.says);
        let situations = self.situations.iter().map(|situation| &situation.says);
        let chosen = choices.chain(situations).map(|says| says.get(language));
        told.chain(chosen).map(Template::least_length).min().unwrap_or_default()
    }
}

fn unique<T: Named>(place: &str, items: &[T]) -> Checked {
    let mut seen = BTreeSet::new();
    items.iter().try_for_each(|item| {
        require(seen.insert(item.id()), place, format!("the id {:?} is there twice", item.id()))
    })
}

fn known<T: Named>(place: &str, items: &[T], ids: &[String]) -> Checked {
    ids.iter().try_for_each(|id| {
        require(find(items, id).is_some(), place, format!("nothing has the id {id:?}"))
    })
}

fn conditions(place: &str, conditions: &[Condition]) -> Checked {
    conditions.iter().try_for_each(|condition| {
        let bounds = (condition.at_least, condition.at_most);
        require(bounds != (None, None), place, "a condition needs at_least or at_most")?;
        let possible = bounds.0.is_none_or(|least| bounds.1.is_none_or(|most| least <= most));
        require(possible, place, "at_least is above at_most")
    })
}

fn hold_fact(place: &str, templates: &Localized<List<Template<AnswerSlot>>>) -> Checked {
    let mut all = Language::ALL.iter().flat_map(|language| templates.get(*language).iter());
    require(all.all(|text| text.has(AnswerSlot::Fact)), place, "each text must hold {fact}")
}
