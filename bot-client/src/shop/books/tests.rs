use super::*;

const DATE: i64 = 1_795_000_000;

fn sale(id: &str, user: i64, side: &str) -> Value {
    json!({
        "id": id, "amount": 500, "date": DATE,
        side: {
            "type": "user", "transaction_type": "invoice_payment", "user": {"id": user},
            "invoice_payload": "month:7:500:signature",
        },
    })
}

fn listed(transactions: &[Value]) -> Listed {
    let mut listed = Listed::default();
    transactions.iter().for_each(|transaction| listed.add(transaction));
    listed
}

fn ids(count: i64) -> Vec<Id> {
    (1..=count).map(|n| Id { telegram_id: n, charge: format!("stx<{n}") }).collect()
}

#[test]
fn what_is_no_sale_is_counted_and_spoils_nothing() {
    let mut gift = sale("gift", 7, "receiver");
    gift["receiver"]["transaction_type"] = "gift_purchase".into();
    let mut unknown = sale("unknown", 7, "source");
    unknown["source"] = json!({"type": "moon", "phase": "new"});
    let mut negative = sale("negative", 7, "source");
    negative["amount"] = json!(-500);
    let withdrawal = json!({
        "id": "out", "amount": 1000, "date": DATE, "receiver": {"type": "fragment"},
    });
    let others = [gift, unknown, negative, withdrawal, json!({}), json!(null), json!("x")];
    let listed = listed(&[&others[..], &[sale("a", 7, "source"), sale("b", 8, "source")]].concat());
    assert_eq!(listed.transactions, 9);
    let charges = listed.entries.iter().map(|entry| (entry.charge.id.as_str(), entry.is_refunded));
    assert_eq!(charges.collect::<Vec<_>>(), [("a", false), ("b", false)]);
    assert_eq!(listed.users(), [7, 8].into());
}

#[test]
fn a_charge_is_read_whole() {
    let mut month = sale("month", 7, "source");
    month["source"]["subscription_period"] = json!(2_592_000);
    let mut bare = sale("bare", 7, "source");
    bare["source"].as_object_mut().unwrap().remove("invoice_payload");
    let listed = listed(&[month, bare]);
    let [month, bare] = &listed.entries[..] else { panic!("{listed:?}") };
    let month = &month.charge;
    assert_eq!((month.telegram_id, month.stars, month.is_recurring), (7, 500, true));
    assert_eq!((month.payload.as_str(), month.is_renewal), ("month:7:500:signature", Some(false)));
    assert_eq!(month.expires_at, DateTime::from_timestamp(DATE + 2_592_000, 0));
    assert_eq!((bare.charge.is_recurring, bare.charge.expires_at), (false, None));
    assert_eq!(bare.charge.payload, "");
}

#[test]
fn a_refund_has_its_charges_id_and_ends_it() {
    let mut charge = sale("a", 7, "source");
    let mut refund = sale("a", 7, "receiver");
    charge["source"]["subscription_period"] = json!(2_592_000);
    refund["receiver"]["subscription_period"] = json!(2_592_000);
    for all in [
        vec![charge.clone(), sale("b", 7, "source"), refund.clone()],
        vec![refund, sale("b", 7, "source"), charge],
    ] {
        let listed = listed(&all);
        let [a, b] = &listed.entries[..] else { panic!("{listed:?}") };
        assert!(a.is_refunded && !b.is_refunded);
        assert_eq!((a.charge.is_recurring, a.charge.expires_at), (false, None));
    }
}

#[test]
fn a_clean_report_is_short() {
    let texts = Texts::default();
    let report = Report { read: 3, ..Report::default() };
    assert!(report.is_clean());
    assert_eq!(
        report.explained(&texts, Language::En),
        "<b>The books</b>: Telegram lists 3 transactions in Stars.\n\
         ✅ What was paid is recorded, and all of it matches."
    );
    assert_eq!(
        report.explained(&texts, Language::Ru),
        "<b>Сверка</b>: у Telegram 3 операции со звёздами.\n\
         ✅ Всё оплаченное записано, и всё сходится."
    );
    assert_eq!(report.counts(), [("books-read", 3)].into());
}

#[test]
fn a_report_names_ten_of_each_kind() {
    let texts = Texts::default();
    let report = Report { read: 40, charges: ids(12), unknown: ids(1), ..Report::default() };
    assert!(!report.is_clean());
    let said = report.explained(&texts, Language::En);
    assert!(
        said.contains(
            "\n\n📥 12 payments were missing. They are recorded now:\n1: <code>stx&lt;1</code>\n"
        ),
        "{said}"
    );
    assert!(said.contains("\n10: <code>stx&lt;10</code>\n… and 2 more\n\n"), "{said}");
    assert!(
        said.ends_with(
            "\n\n⚠️ One recorded payment is unknown to Telegram:\n1: <code>stx&lt;1</code>"
        ),
        "{said}"
    );
    assert!(!said.contains("✅"), "{said}");
    for (count, words) in
        [(1, "1 платёж не удалось"), (3, "3 платежа не удалось"), (21, "21 платёж не удалось")]
    {
        let report = Report { failed: ids(count), ..Report::default() };
        let said = report.explained(&texts, Language::Ru);
        assert!(said.contains(words), "{said}");
    }
}
