//! What a scenario file may say, and that a second file is all that a second scenario takes.

use bot_client::training::{Language, Next, QuestionType, Scenario, Stats, Training, Verdict};
use serde_json::json;

const SECOND: &str = include_str!("second.toml");

#[test]
fn the_embedded_scenario_has_the_numbers_of_the_specification() {
    let scenario = Scenario::from_toml(include_str!("../../../scenarios/spin_sales.toml")).unwrap();
    let weights = QuestionType::ALL.map(|kind| scenario.types.get(kind).weight);
    assert_eq!(weights, [10, 15, 25, 20]);
    let limits = &scenario.limits;
    assert_eq!((limits.min_questions, limits.max_questions), (5, 10));
    assert_eq!((limits.offer_finish_at, limits.clarity_cap), (80, 100));
    assert_eq!((limits.contextual_bonus, limits.maestro_score), (5, 221));
    assert_eq!(scenario.max_score(), 250);
    let rank = |score| scenario.rank(score).id.as_str();
    assert_eq!([0, 100].map(rank), ["seeker"; 2]);
    assert_eq!([101, 150].map(rank), ["student"; 2]);
    assert_eq!([151, 200].map(rank), ["strategist"; 2]);
    assert_eq!([201, 250].map(rank), ["maestro"; 2]);
}

#[test]
fn a_second_scenario_is_a_second_file() {
    let scenario = Scenario::from_toml(SECOND).unwrap();
    let mut stats = Stats::default();
    let mut training = Training::resume(&scenario, json!({}));
    training.start(&mut stats, Language::En, 1);
    let question = "How many guests are you expecting?";
    let verdict = scenario.classifier.get(Language::En).classify(question);
    assert_eq!(verdict, Verdict::Question(QuestionType::Situational));
    let reply = training.ask(question, QuestionType::Situational).unwrap();
    assert_eq!(reply.answer, "There will be two hundred guests!");
    let reply = training.ask("You said guests: any rain?", QuestionType::Problem).unwrap();
    assert_eq!((reply.answer.as_str(), reply.clarity), ("We worry about rain!", 4));
    assert_eq!(reply.next, Next::OfferFinish);
    let report = training.finish(&mut stats, "2026-06-01").unwrap();
    assert_eq!((report.score, report.rank.id.as_str()), (3, "low"));
    assert_eq!(report.advice, ["Questions: 2, then Do you worry about rain?"]);
    assert_eq!(stats.achievements_unlocked, ["host"]);
}

#[test]
fn a_wrong_file_is_refused_with_the_reason() {
    let cases = [
        // What the parser sees.
        ("contextual_bonus = 1", "another = 1", "unknown field `another`"),
        ("contextual_bonus = 1", "", "missing field `contextual_bonus`"),
        (r#"markers = ["you said"]"#, "markers = []", "a list is empty"),
        (r#"markers = ["you said"]"#, r#"markers = ["You said"]"#, "must be lower-case words"),
        (r#"{ ru = "Ниже", en = "Low" }"#, r#"{ ru = "Ниже" }"#, "missing field `en`"),
        (r#"en = "Low""#, r#"en = " ""#, "a text is blank"),
        ("{position}, {client}", "{position}, {customer}", "unknown placeholder"),
        ("{position}, {client}", "{position, {client}", "unknown placeholder"),
        ("Вопросов: {questions}", "Вопросов: {quests}", "unknown placeholder"),
        ("Вопросов: {questions}", "Вопросов: {questions", "`{` without `}`"),
        (r#"measure = "total_trainings""#, r#"measure = "trainings""#, "unknown variant"),
        // What only the whole shows.
        ("min_questions = 2", "min_questions = 5", "min_questions <= max_questions"),
        ("offer_finish_at = 4", "offer_finish_at = 11", "offer_finish_at <= clarity_cap"),
        ("max_questions = 4", "max_questions = 4000000000", "max_questions <= 1000"),
        ("weight = 3", "weight = 0", "the weight must be 1 to 1000"),
        ("min = 0, max = 50", "min = 60, max = 50", "min <= max <= 100"),
        ("maestro_score = 8", "maestro_score = 13", "above the highest score, 12"),
        (", up_to = 3", "", "each rank but the last needs up_to"),
        (", up_to = 3", ", up_to = 12", "a rank cannot be reached"),
        (", at_least = 1", "", "needs at_least or at_most"),
        (", at_least = 1", ", at_least = 2, at_most = 1", "at_least is above at_most"),
        ("\nadvice = 1", "\nadvice = 2", "2 pieces must apply always"),
        (r#""Снова: {fact}""#, r#""Снова""#, "must hold {fact}"),
        (
            r#"en = ["Done."]"#,
            r#"en = ["I have told you that already"]"#,
            "shorter than every fact",
        ),
        ("volume = { type", "volumes = { type", "volume is missing"),
        ("joy = { ru", "fun = { ru", "the topic is unknown"),
        (r#"joy = { ru = ["Шатёр"#, r#"worry = { ru = ["Шатёр"#, "duplicate key"),
        (
            r#"worry = { ru = ["Боимся дождя"]"#,
            r#"worry = { ru = ["Да, дождь", "И град"]"#,
            "ru and en differ",
        ),
        (
            "joy = { ru = [\"Шатёр бы нас спас\"], en = [\"A tent would save us\"] }",
            "",
            "no fact of type need_payoff",
        ),
        (r#"regions = ["sea"]"#, r#"regions = ["lake"]"#, r#"nothing has the id "lake""#),
        (r#"positions = { big"#, r#"positions = { small"#, r#"nothing has the id "small""#),
        (
            "volumes = { big = [20] }",
            "volumes = { small = [20] }",
            "volumes must be given for the sizes",
        ),
        ("volumes = { big = [20] }", "volumes = { big = [21] }", "volumes must end in"),
        (r#"id = "terrace""#, r#"id = "tent""#, r#"the id "tent" is there twice"#),
        ("recent_cases = 1", "recent_cases = 2", "2 products cannot give a new case"),
        ("{volume}\"], en", "{product}\"], en", "it must tell {volume}"),
    ];
    for (from, to, reason) in cases {
        assert!(SECOND.contains(from), "{from} is not in the file");
        let error = Scenario::from_toml(&SECOND.replacen(from, to, 1)).unwrap_err().to_string();
        assert!(error.contains(reason), "{from} -> {to}: expected {reason:?} in {error}");
    }
}
