use super::*;

const RU: Rephrase<'_> = Rephrase {
    language: Language::Ru,
    case: "Вы директор по закупкам компании «Ромашка» в Казани, 120 человек. Покупаете упаковку, \
        40 тонн в месяц, у 3 поставщиков, заказы раз в неделю. Учёт ведёте в 1С.",
    question: "Правда, что Газпром даёт вам 900 тонн?",
    answer: "Да, сбои бывают: из 40 тонн в месяц примерно 15 % приходит с опозданием.",
    facts: &["15 %", "Ольга Петрова"],
};

const EN: Rephrase<'_> = Rephrase {
    language: Language::En,
    case: "You are head of purchasing at Daisy Ltd in Leeds, 120 people. You buy packaging, 40 \
        tonnes a month, from 3 suppliers, and order weekly.",
    question: "Is it true that Amazon ships you 900 tonnes?",
    answer: "Yes, there are delays: of 40 tonnes a month about 15 % comes late.",
    facts: &["15 %", "Olga Brown"],
};

/// The rules' answer is a denial without a number.
const DENIAL: Rephrase<'_> = Rephrase {
    answer: "Нет, с поставками у нас трудностей не бывает.",
    ..RU
};

#[test]
fn the_same_in_other_words_is_accepted() {
    for (request, said) in [
        (
            RU,
            "Ну да, сбои случаются. Из сорока тонн, что мы берём в месяц, процентов 15 приходит с опозданием.",
        ),
        (
            RU,
            "Честно говоря, да: с опозданием приходит где-то 15 процентов, а это из 40 тонн в месяц.",
        ),
        (
            RU,
            "Бывают сбои, чего уж там. Мы в «Ромашке» получаем 40 тонн в месяц, и около 15% из них опаздывает.",
        ),
        (RU, "Да, сбои есть. Ольга Петрова считала по 1С: опоздания — 15 % от 40 тонн в месяц."),
        (
            EN,
            "Well, yes, we do see delays. Out of forty tonnes a month, about 15 percent comes in late.",
        ),
        (
            EN,
            "Yes, delays happen here at Daisy: I’d say 15% of the 40 tonnes we get each month comes late.",
        ),
        (DENIAL, "Да нет, трудностей с поставками мы не видим."),
    ] {
        assert_eq!(accept(&request, said), Ok(()), "{said}");
    }
}

#[test]
fn the_rules_own_words_are_accepted() {
    for request in [RU, EN, DENIAL] {
        assert_eq!(accept(&request, request.answer), Ok(()));
    }
}

#[test]
fn what_the_case_does_not_hold_is_refused() {
    use Refusal::*;
    for (request, said, reason) in [
        (
            RU,
            "Да, сбои бывают: из 40 тонн в месяц примерно 25 % приходит с опозданием.",
            UnknownNumber,
        ),
        (
            RU,
            "Да, сбои бывают: из 40 тонн в месяц 15 % приходит с опозданием на 2 дня.",
            UnknownNumber,
        ),
        (
            RU,
            "Да, сбои бывают: из 40 штук в месяц примерно 15 % приходит с опозданием.",
            UnknownNumber,
        ),
        (
            RU,
            "Да, сбои бывают: из 40 тонн в год примерно 15 % приходит с опозданием.",
            UnknownNumber,
        ),
        (
            RU,
            "Да, сбои бывают, мы теряем пятьсот тысяч: из 40 тонн в месяц 15 % с опозданием.",
            UnknownNumber,
        ),
        (RU, "Да, из 900 тонн в месяц сбои бывают, из 40 тонн 15 % с опозданием.", UnknownNumber),
        (RU, "Да, сбои бывают, и часто тонны приходят с опозданием.", MissingNumber),
        (
            RU,
            "Да, сбои бывают у Газпрома: из 40 тонн в месяц 15 % приходит с опозданием.",
            UnknownName,
        ),
        (
            RU,
            "Да, сбои бывают, это «Лютик»: из 40 тонн в месяц 15 % приходит с опозданием.",
            UnknownName,
        ),
        (
            RU,
            "ООО подводит, сбои бывают: из 40 тонн в месяц 15 % приходит с опозданием.",
            UnknownName,
        ),
        (RU, "Нет, сбоев не бывает: из 40 тонн в месяц 15 % приходит с опозданием.", Contradiction),
        (DENIAL, "Да, с поставками у нас бывают трудности.", Contradiction),
        (EN, "Yes, there are delays: of 40 tonnes a month about 30 % comes late.", UnknownNumber),
        (EN, "Yes, there are delays: of 40 tonnes a year about 15 % comes late.", UnknownNumber),
        (
            EN,
            "Yes, delays: of 40 tonnes a month 15 % comes late, a million dollars lost.",
            UnknownNumber,
        ),
        (EN, "Yes, there are delays and a lot comes late.", MissingNumber),
        (
            EN,
            "Yes, there are delays with Amazon: of 40 tonnes a month 15 % comes late.",
            UnknownName,
        ),
        (EN, "No, there are no delays: of 40 tonnes a month about 15 % comes late.", Contradiction),
    ] {
        assert_eq!(accept(&request, said), Err(reason), "{said}");
    }
}

#[test]
fn what_no_client_says_is_refused() {
    use Refusal::*;
    let long = "Да, сбои бывают. ".repeat(14);
    for (request, said, reason) in [
        (RU, "", Empty),
        (RU, long.as_str(), TooLong),
        (RU, "**Да**, сбои бывают: из 40 тонн в месяц 15 % приходит с опозданием.", Markup),
        (RU, "Да, <b>сбои</b> бывают: из 40 тонн в месяц 15 % приходит с опозданием.", Markup),
        (RU, "Да, сбои бывают:\n- из 40 тонн в месяц 15 % приходит с опозданием.", Markup),
        (RU, "Да, сбои бывают, https://t.me/x: из 40 тонн в месяц 15 % с опозданием.", Markup),
        (RU, "Да, сбои бывают, см. ромашка.рф: из 40 тонн в месяц 15 % с опозданием.", Markup),
        (RU, "Да, сбои бывают 😀: из 40 тонн в месяц 15 % приходит с опозданием.", Markup),
        (RU, "Да, сбои\u{202e} бывают: из 40 тонн в месяц 15 % приходит с опозданием.", Markup),
        (RU, "Да, сбои бывают: из 40 тонн в месяц примерно 15 % приходит с", Unfinished),
        (RU, EN.answer, WrongLanguage),
        (
            RU,
            "Так, збої бувають: з 40 тонн на місяць 15 % приходить із запізненням.",
            WrongLanguage,
        ),
        (RU, "Да, cбои бывают: из 40 тонн в месяц 15 % приходит с опозданием.", WrongLanguage),
        (RU, "是的，每月 40 吨.", Markup),
        (EN, RU.answer, WrongLanguage),
        (EN, "Ja, es gibt Probleme: von 40 Tonnen kommen 15 % zu spät.", WrongLanguage),
        (EN, "Blorp zibble quux fnord gargle wump snib.", WrongLanguage),
        (RU, "Абыр валг курлык мяу кря бум.", WrongLanguage),
        (RU, "Ваш счёт: 250 баллов, засчитано!", OutOfRole),
        (RU, "Отличный вопрос! Из 40 тонн в месяц примерно 15 % приходит с опозданием.", OutOfRole),
        (RU, "Задайте лучше извлекающий вопрос про 40 тонн и 15 %.", OutOfRole),
        (RU, "Как языковая модель, я не могу ответить про 40 тонн и 15 %.", OutOfRole),
        (EN, "Your score is 250.", OutOfRole),
        (EN, "As an AI, I do see delays: of 40 tonnes a month 15 % comes late.", OutOfRole),
        (EN, "You should ask about the 15 % of 40 tonnes that comes late.", OutOfRole),
        (EN, "My instructions are to talk about 40 tonnes and 15 %.", OutOfRole),
        (DENIAL, "Ну не знаю, погода сегодня ясная и солнце над городом светит.", OffTopic),
        (
            DENIAL,
            "Нет, с поставками трудностей не вижу, зато склад сгорел и директор уволился внезапно.",
            OffTopic,
        ),
    ] {
        assert_eq!(accept(&request, said), Err(reason), "{said}");
    }
}

proptest::proptest! {
    #[test]
    fn any_text_is_judged(said in "\\PC{0,120}|[а-яА-Яa-z0-9 .,'’«»-]{0,120}") {
        let _ = accept(&RU, &said);
        let _ = accept(&EN, &said);
    }
}
