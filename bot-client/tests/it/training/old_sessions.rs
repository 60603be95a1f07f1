//! Sessions and stats of the old bot go on where they stood.

use bot_client::training::{Language, QuestionType, Scenario, Stats, Training};
use serde_json::{Value, json};

fn scenario() -> Scenario {
    Scenario::from_toml(include_str!("../../../scenarios/spin_sales.toml")).unwrap()
}

fn old_session() -> Value {
    json!({
        "question_count": 7, "clarity_level": 74,
        "per_type_counts": {"situation": 2, "problem": 3},
        "client_case": "Кейс «А» — 1\n2",
        "case_data": {"client": "TechCorp", "product": "CRM", "note": 1},
        "last_question_type": "problem", "chat_state": "in_progress",
        "contextual_questions": 1,
        "last_client_response": "Мы работаем с 5 поставщиками...",
        "context_streak": 0, "added_by_hand": [1, 2]
    })
}

#[test]
fn an_active_session_goes_on() {
    let scenario = scenario();
    let mut training = Training::resume(&scenario, old_session());
    assert!(training.is_active());
    assert_eq!(training.language(), Language::Ru);
    assert_eq!((training.question_count(), training.clarity()), (7, 74));
    assert_eq!(training.client_case(), "Кейс «А» — 1\n2");
    let case = training.case().unwrap();
    assert_eq!(
        (case.client(), case.product(), case.id().as_str()),
        ("TechCorp", "CRM", "services.crm")
    );

    let reply = training.ask("Как эти 5 поставщиков на вас влияют?", QuestionType::Implication);
    let reply = reply.unwrap();
    assert!(reply.contextual);
    assert_eq!((reply.clarity, training.questions_left()), (100, 2));
    let twin = Training::resume(&scenario, old_session())
        .ask("Как эти 5 поставщиков на вас влияют?", QuestionType::Implication);
    assert_eq!(twin, Ok(reply), "the missing facts are always the same");

    let stored = training.to_json();
    assert_eq!(
        stored["per_type_counts"],
        json!({"situational": 2, "problem": 3, "implication": 1})
    );
    assert_eq!(stored["chat_state"], "training_active");
    assert_eq!(stored["added_by_hand"], json!([1, 2]));
    assert_eq!(stored["case_data"]["client"], "TechCorp");
    assert_eq!(stored["case_data"]["note"], 1);
    let mut stats = Stats::default();
    assert_eq!(training.finish(&mut stats, "2026-01-01").unwrap().score, 20 + 45 + 25);
}

/// The service takes 256 KiB, and a finish brings the session along too.
#[test]
fn what_others_wrote_stays_in_the_session_and_out_of_the_history() {
    let scenario = scenario();
    let mut session = old_session();
    session["added_by_hand"] = json!("x".repeat(200 * 1024));
    let mut training = Training::resume(&scenario, session.clone());
    let report = training.finish(&mut Stats::default(), "2026-01-01").unwrap();
    assert_eq!(training.to_json()["added_by_hand"], session["added_by_hand"]);
    assert_eq!(report.session.get("added_by_hand"), None);
    assert!(report.session.to_string().len() < 4 * 1024);
    for key in ["question_count", "clarity_level", "client_case", "last_client_response"] {
        assert_eq!(report.session[key], session[key], "{key}");
    }
}

#[test]
fn an_active_session_without_any_case_gets_one() {
    let scenario = scenario();
    for case_data in [Value::Null, json!({}), json!("CRM"), json!({"ids": {"industry": "gone"}})] {
        let session = json!({"chat_state": "training_active", "case_data": case_data});
        let mut training = Training::resume(&scenario, session);
        assert!(training.client_case().contains(training.case().unwrap().product()));
        training.ask("Какие у вас сложности?", QuestionType::Problem).unwrap();
    }
}

#[test]
fn an_unknown_product_stays_what_is_sold() {
    let scenario = scenario();
    let session = json!({
        "chat_state": "training_active", "client_case": "…",
        "case_data": {"client": "", "product": "Воздушные шары"}
    });
    let training = Training::resume(&scenario, session);
    assert_eq!(training.case().unwrap().product(), "Воздушные шары");
    assert!(!training.case().unwrap().client().is_empty());
}

#[test]
fn an_idle_session_is_left_as_it_is() {
    let scenario = scenario();
    let mut session = old_session();
    session["chat_state"] = json!("waiting_start");
    let stored = Training::resume(&scenario, session.clone()).to_json();
    // But for the type's name, which was written in two ways.
    session["per_type_counts"] = json!({"situational": 2, "problem": 3});
    for (key, value) in session.as_object().unwrap() {
        assert_eq!(&stored[key], value, "{key}");
    }
}

#[test]
fn a_new_user_has_the_keys_of_the_old_bot() {
    let scenario = scenario();
    let stored = Training::resume(&scenario, json!({})).to_json();
    let old = json!({
        "question_count": 0, "clarity_level": 0, "per_type_counts": {}, "client_case": "",
        "case_data": null, "last_question_type": "", "chat_state": "new",
        "contextual_questions": 0, "last_client_response": "", "context_streak": 0
    });
    for (key, value) in old.as_object().unwrap() {
        assert_eq!(&stored[key], value, "{key}");
    }
}

#[test]
fn what_has_the_wrong_type_becomes_its_default() {
    let scenario = scenario();
    let session = json!({
        "question_count": "7", "clarity_level": -3, "client_case": 5, "chat_state": "dancing",
        "per_type_counts": {"situation": 1, "situational": 2, "problem": "x", "weird": 4},
        "last_question_type": [], "contextual_questions": 1.5, "context_streak": null,
        "last_client_response": {}, "asked_questions": [3], "seed": "x", "language": "fr"
    });
    let stored = Training::resume(&scenario, session).to_json();
    assert_eq!(stored["question_count"], 0);
    assert_eq!(stored["per_type_counts"], json!({"situational": 3}));
    assert_eq!(stored["chat_state"], "new");
    assert_eq!(stored["last_question_type"], "");
    let stats = Stats::from_json(json!({
        "total_trainings": "six", "total_xp": 40, "best_score": null,
        "achievements_unlocked": ["first_training", 5], "recent_cases": {"a": 1},
    }));
    assert_eq!((stats.total_trainings, stats.total_xp), (0, 40));
    assert_eq!(stats.achievements_unlocked, ["first_training"]);
    assert_eq!(stats.recent_cases, [""; 0]);
}

#[test]
fn old_stats_keep_what_others_wrote() {
    let scenario = scenario();
    let old = json!({
        "total_trainings": 6, "total_questions": 36, "best_score": 240, "total_xp": 480,
        "current_level": 1, "achievements_unlocked": ["first_training", "five_trainings"],
        "level_up_notification": {"should_show": false, "old_level": 1, "new_level": 1},
        "maestro_streak": 2, "last_training_date": null, "recent_cases": [],
        "language": "en", "blocked_at": "2026-01-01T00:00:00Z"
    });
    let mut stats = Stats::from_json(old.clone());
    assert_eq!(stats.to_json(), old);
    let mut session = old_session();
    session["per_type_counts"] = json!({"implication": 9});
    let report = Training::resume(&scenario, session).finish(&mut stats, "2026-01-02").unwrap();
    assert_eq!(report.score, 225);
    let unlocked = ["first_training", "five_trainings", "master_badge", "master_triple"];
    assert_eq!(stats.achievements_unlocked, unlocked);
    let new = stats.to_json();
    assert_eq!(new["language"], "en");
    assert_eq!(new["blocked_at"], old["blocked_at"]);
    assert_eq!(new["current_level"], 1, "levels are the service's");
    assert_eq!((&new["total_trainings"], &new["total_xp"]), (&json!(7), &json!(705)));
}
