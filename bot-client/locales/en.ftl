### What the bot says in English. Telegram's HTML; values that are put in are escaped.

## The menu: 1 to 256 characters each
menu-start = What this is
menu-train = Start a training
menu-case = Another case
menu-caseinfo = The current case
menu-finish = Finish and get the report
menu-cancel = Cancel the training
menu-stats = My figures
menu-progress = My progress as a picture
menu-rank = My rank
menu-leaderboard = Who has the most XP
menu-badges = My badges
menu-profile = My profile
menu-subscribe = Buy trainings, and what I hold
menu-promo = Redeem a promo code
menu-free = Free trainings
menu-referral = Invite somebody
menu-settings = Language and privacy
menu-help = How it works
menu-privacy = What is stored about me
menu-terms = Terms of use
menu-paysupport = Help with payments, refunds
menu-export = What is stored about me, as a file
menu-deletemydata = Delete everything stored about me

## Buttons
button-train = ▶️ Start a training
button-train-again = ▶️ Another training
button-new-case = 🔄 Another case
button-finish = 🏁 Finish and get the report
button-cancel = ✖️ Cancel the training
button-stats = 📊 My figures
button-progress = 📈 My progress
button-badges = 🏅 Badges
button-board = 🏆 Leaderboard
button-all-board = All time
button-week-board = This week
button-settings = ⚙️ Settings
button-help = ❓ How it works
button-russian = Русский
button-english = English
button-hide = 🙈 Hide me from the leaderboard
button-unhide = 👀 Show me on the leaderboard
button-delete = 🗑 Yes, delete everything
button-keep = No, keep it
button-shop = ⭐ Buy trainings
button-promo = 🎟 I have a promo code
button-free = 🎁 Free trainings
button-referral = 🤝 Invite somebody
button-cancel-renewal = Stop the renewal
button-resume-renewal = Renew again
button-join = Open the channel
button-joined = ✅ I have joined
button-refund = ↩️ Give back { $stars } ⭐ of { $date }
button-remind = 🔔 Remind me
button-no-reminders = 🔕 No reminders
button-late = This button is out of date. Please use the newest message.

## What the bot is
start =
    <b>Hello, { $name }!</b>

    Here you practise <b>SPIN selling</b>: you are the seller, I play a client. You ask, I answer, and after every question you see of which SPIN type it was.

    One training takes { $min } to { $max } questions. At the end you get a score, advice made for you, XP and badges.
help =
    <b>How it works</b>

    1. Start a training: you get a case, a client with a situation of their own.
    2. Ask the client questions, one per message. Good sellers move from facts to problems, from problems to consequences, and from there to the value of a solution.
    3. Take up what the client has just said: listening earns clarity.
    4. After { $min } to { $max } questions you get the report.

    <b>Points per question</b>
help-commands =
    /train – start · /case – another case · /caseinfo – the current case
    /finish – the report · /cancel – give up
    /stats · /progress · /rank · /leaderboard · /badges · /profile
    /subscribe – buy trainings · /promo – promo code · /free · /referral · /paysupport
    /settings – language and privacy · /privacy · /terms · /export · /deletemydata
help-type = • <b>{ $type }</b>: { $weight }
privacy =
    <b>What is stored about you</b>

    Your Telegram id, name, username and language; your trainings with the questions' types and scores; XP, badges, and what you have bought or been given. The texts of your questions are not kept after a training.

    It serves to run this bot and nothing else.{ $llm ->
        [yes] {" "}A language model of another provider words the client's answers: it is sent the case and your question, without your name or id.
       *[no] {" "}It is given to nobody.
    } Your name and XP stand on the leaderboard unless you hide them in /settings.

    /export sends you what this bot may see of it as a file. /deletemydata deletes it in every bot.
terms =
    <b>Terms of use</b>

    The bot is a training aid. The clients, companies and figures are invented, and the scores say how you did here, not what you will sell.

    Please send nothing secret: neither yours nor your customers'. Use of the bot is limited to what its limits allow a person; automated use is not.

    Trainings are paid for in Telegram Stars. A monthly subscription renews itself until you stop it in /subscribe; what is paid stays until its end. What can be given back, and how, stands in /paysupport.
unknown-command = I don't know this command. /help shows what I can do.
text-only = I can only read text. Please write your question to the client.
dead-letter = Sorry, that did not work, and it would not work the next time either. It has been reported. /help shows what you can do.

## A training
case =
    <b>Your case</b>

    { $case }
training-begun =
    The client is listening. Ask your first question!

    Up to { $max } questions; from { $min } on you may /finish.
training-standing =
    Questions: <b>{ $asked }</b>, { $left } left. Clarity: <b>{ $clarity } %</b>.
training-active =
    This training is under way: { $asked ->
        [one] one question
       *[other] { $asked } questions
    } asked, { $left } left, clarity { $clarity } %. Just ask on, or choose:
training-none = No training is under way.
training-left = Trainings left after this one: { $count }.
training-last = This is your last training. In /subscribe there are more.
training-given-back = The training is cancelled. It costs you nothing.
training-cancelled = The training is cancelled: no report, no XP. Once a question was asked, a training counts as used.
case-replace =
    You have asked { $asked ->
        [one] one question
       *[other] { $asked } questions
    } already. With another case they are lost, and it counts as another training.
question-short = That is very short. Please put your question in a full sentence.
question-none = I don't see a question in it. Ask the client something: about facts, problems, consequences, or the value of a solution.
question-answered =
    <b>{ $type }</b> · question { $number } of { $max } · clarity { $clarity } %

    🗣 { $answer }
question-repeated = <i>You have asked that before.</i>
question-contextual = <i>👂 You took up what the client said: +{ $bonus } clarity.</i>
finish-offered = ✅ You have a clear picture of this client. Finish, or ask on.
finish-early =
    For a report I need at least { $needed ->
        [one] one question
       *[other] { $needed } questions
    }; so far { $asked ->
        [0] there is none
        [one] there is one
       *[other] there are { $asked }
    }.

## The report
report-head =
    🏁 <b>Training finished: { $score } points</b> of { $max } · <b>{ $rank }</b>

    { $questions ->
        [one] One question
       *[other] { $questions } questions
    }, clarity { $clarity } %.

    <b>Your questions</b> (recommended)
report-type = • { $type }: <b>{ $asked }</b>, { $share } % ({ $min } to { $max } %)
report-listening =
    👂 Listening: { $contextual ->
        [0] no question
        [one] one question
       *[other] { $contextual } questions
    } took up the client's answer ({ $listening } %).
report-advice-head = <b>What to try next</b>
report-advice = { $number }. { $text }
report-xp = <b>+{ $xp } XP</b> · { $total } XP in all · level { $level }
report-level-up = 🎉 <b>Level { $level } reached!</b>
report-next-level = { $left } XP to level { $level }.
report-badge = 🏅 New badge: <b>{ $title }</b> – { $description }

## Figures
stats =
    <b>Your figures</b>

    Trainings: <b>{ $trainings }</b>
    Questions: <b>{ $questions }</b>
    Best score: <b>{ $best }</b>
    Average score: <b>{ $average }</b>

    <b>Questions by type</b>
stats-type = • { $type }: { $count }
stats-none = You have not finished a training yet. The first one takes five minutes.
progress = { $count ->
        [one] Your first training
       *[other] Your last { $count } trainings
    }
chart-title = Your progress
chart-score = Score
chart-best = best
chart-date = %-d %b
chart-questions = Questions by type
rank =
    <b>Rank { $rank }</b> of { $users }

    { $xp } XP
board-all = 🏆 <b>Leaderboard</b>
board-week = 🏆 <b>Leaderboard of this week</b>
board-line = { $self ->
        [yes] <b>{ $rank }. { $name } · { $xp } XP · level { $level } ← you</b>
       *[other] { $rank }. { $name } · { $xp } XP · level { $level }
    }
board-anonymous = somebody
board-empty = Nobody has earned XP yet. Be the first!
board-hidden = You are hidden from the leaderboard; /settings changes that.
badges = { $count ->
        [0] <b>No badges yet</b>
        [one] <b>One badge</b>
       *[other] <b>{ $count } badges</b>
    }
badge-held = 🏅 <b>{ $title }</b> – { $description }
badge-foreign = 🏅 <b>{ $title }</b> (from another bot)
badge-open = ▫️ { $title } – { $description }
profile =
    <b>{ $name }</b>

    Level <b>{ $level }</b> · <b>{ $xp }</b> XP
    Trainings: { $trainings }
    Badges: { $badges }
    Here since { $since }
profile-holds = You have: { $holds }

## Settings
settings =
    <b>Settings</b>

    Language: English
    On the leaderboard: { $hidden ->
        [yes] no
       *[other] yes
    }
    Reminders before a plan ends, and with the last training: { $reminded ->
        [yes] yes
       *[other] no
    }

## What is held: "month plan until 12 December 2026, then 3 credits"
holding-plan = { $kind ->
        [month] month plan until { $date }
        [year] year pass until { $date }
       *[other] plan until { $date }
    }
holding-credits = { $count ->
        [one] one credit
       *[other] { $count } credits
    }
holding-free-trainings = { $count ->
        [one] one free training
       *[other] { $count } free trainings
    }
holding-then = { $before }, then { $next }
holding-none = nothing at the moment
date = { $day } { $month ->
        [1] January
        [2] February
        [3] March
        [4] April
        [5] May
        [6] June
        [7] July
        [8] August
        [9] September
        [10] October
        [11] November
       *[12] December
    } { $year }

## The shop
offer-name = { $kind ->
        [month] { $number } days
        [year] { $number } days
       *[other] { $number ->
            [one] one credit
           *[other] { $number } credits
        }{ $days ->
            [0] {""}
           *[other] , { $days } days
        }
    }
offer-button = { $renews ->
        [yes] { $name }, renewing · { $stars } ⭐
       *[other] { $name } · { $stars } ⭐
    }
offer-renewing = { $name } of trainings without limit. It renews itself every 30 days until you stop it.
offer-once = { $name } for training. Paid once; nothing renews itself.
shop-head =
    <b>Trainings</b>

    You have: <b>{ $holds }</b>
no-access =
    <b>You have no training left</b>

    You have: { $holds }. There are several ways to go on:
shop-offers = A plan lets you train without limit, a credit is one training. What you buy is added to what you have. Prices are in Telegram Stars.
shop-empty = Nothing is for sale at the moment. A promo code or an invitation helps.
renewal-on = 🔄 Your subscription renews itself; the next payment is on { $date }.
renewal-off = Your subscription does not renew itself any more. Your plan ends on { $date }.
reminder-plan-ends =
    ⏳ <b>Your plan ends on { $date }</b>, and nothing renews it.

    What you buy before then begins when it ends: no day is lost. /settings switches such reminders off.
renewal-elsewhere = 🔄 A subscription that you have bought elsewhere renews itself: what you hold of it lasts until { $date }.
renewal-how = You can renew it again in Telegram: Settings → My Stars → the subscription of this bot. Telegram leaves that to you alone.
renewal-refused = Telegram has refused that. You can stop the renewal in Telegram yourself: Settings → My Stars → the subscription of this bot.
renewal-over = This subscription is over. You can begin a new one.
paid-once =
    ✅ <b>Thank you! { $stars } ⭐ received.</b>

    You have: { $holds }
paid-renewal =
    🔄 <b>Your subscription is renewed</b> for { $stars } ⭐.

    You have: { $holds }
paid-unknown =
    { $stars } ⭐ received, but I cannot tell what for. Please write to the administrators; /paysupport says what can be given back at once.

    You have: { $holds }
paid-back =
    ↩️ <b>{ $stars } ⭐ are given back.</b>

    You have: { $holds }
refund-done = ↩️ Given back: { $stars } ⭐.
refund-failed = Telegram has refused to give these Stars back right now, so nothing has changed. Please write to the administrators.
refund-refused = This payment can no longer be given back here: too much time has gone by, too much of it was used, or it was given back already.
paysupport =
    <b>Help with payments</b>

    You can take back a payment by yourself within { $days ->
        [one] one day
       *[other] { $days } days
    }, if at most { $used ->
        [0] none of its trainings was
        [one] one training of it was
       *[other] { $used } trainings of it were
    } used. What that gives back stands below, if there is anything.

    With any other question please write to the administrators of this bot, with the date and the amount of the payment. Telegram's own support cannot help with purchases in bots.

## Before the payment: plain text
checkout-unknown = This invoice is not from here any more. Please open /subscribe again.
checkout-other = This invoice is for somebody else. Please open /subscribe for your own.
checkout-gone = This is no longer sold. /subscribe shows what is.
checkout-price = The price has changed meanwhile. Please open /subscribe again.
checkout-subscribed = You have a subscription that renews itself. A second one would only cost twice.
checkout-later = It cannot be checked right now, so nothing was taken. Please try again in a minute.

## What is free
promo-how = Please write the code after the command: <code>/promo WELCOME</code>
promo-unknown = I don't know this code. Please check how it is written.
promo-expired = This code has expired.
promo-exhausted = This code has been used as often as it can be.
promo-used = You have used this code already.
promo-redeemed = 🎉 You have got: <b>{ $gift }</b>
gift-month = { $count ->
        [one] a month plan
       *[other] { $count } month plans
    }
free-none = There is no channel bonus here. Invite somebody: a free training for both of you.
free-later = The channel cannot be looked at right now, which is not your fault. Please try again later.
free-join = Join { $channel } and get { $count ->
        [one] one free training
       *[other] { $count } free trainings
    }, once.
free-granted = 🎁 Thank you for joining { $channel }! You have got { $count ->
        [one] one free training
       *[other] { $count } free trainings
    }.
free-used = You have had the bonus for { $channel } already: it is given once.
free-given = 🎁 The administrators have given you { $count ->
        [one] one free training
       *[other] { $count } free trainings
    }.
referral-link =
    <b>Invite somebody</b>

    Send them this link. When they have finished their first training, you both get a free one.

    { $link }
referral-host = 🤝 Somebody whom you invited has finished a first training: { $count ->
        [one] a free training for you
       *[other] { $count } free trainings for you
    }!
referral-invited = 🤝 For your first training by invitation: { $count ->
        [one] a free training for you
       *[other] { $count } free trainings for you
    }!

## For administrators
admin-mismatch = ⚠️ User { $user } paid { $stars } ⭐ for “{ $tariff }”, which does not match: { $mismatches }. It is recorded, and granted unless the tariff is unknown.
admin-refused = ⚠️ Telegram refused something that user { $user } asked for about money: { $cause }
admin-channel = ⚠️ The members of { $channel } cannot be seen: { $cause }. The bot must be an administrator of the channel.
admin-no-key = The commands for administrators need a key of the service: set <code>BOT__SERVICE__OPERATOR_KEY</code> and start the bot again.
admin = <b>For administrators</b>
admin-button-figures = 📊 Figures
admin-button-promos = 🎟 Promo codes
admin-button-stars = ⭐ Star transactions
admin-how-promo =
    <code>/admin promo CODE trainings|free_month|credits VALUE [USES] [until YYYY-MM-DD]</code>
    makes a promo code: so many trainings or credits, or a month plan (VALUE is 1). USES: for how many users at most. The day is the last one, in UTC.
admin-how-promos =
    <code>/admin promos</code>
    lists promo codes.
admin-how-end =
    <code>/admin end CODE</code>
    ends a promo code. What it gave stays.
admin-how-grant =
    <code>/admin grant USER COUNT</code>
    gives free trainings. USER is a Telegram id.
admin-how-user =
    <code>/admin user QUERY</code>
    finds users by Telegram id or part of a name; of a single one it shows what they hold and their payments.
admin-how-refund =
    <code>/admin refund USER CHARGE_ID</code>
    gives a payment in Stars back, however old it is, and takes back what is left of what it bought.
admin-how-figures =
    <code>/admin figures</code>
    shows the last seven days.
admin-how-stars =
    <code>/admin stars</code>
    compares Telegram's Star transactions with what is recorded, and records what is missing.
admin-wrong-count = Something is missing here, or there is too much. Nothing was done.
admin-wrong-code = A code has at most 50 characters, and is neither “.” nor “..”. Nothing was done.
admin-wrong-type = A code gives trainings, free_month or credits, not “{ $given }”. Nothing was done.
admin-wrong-day = “{ $given }” is no day from today on, written as YYYY-MM-DD. Nothing was done.
admin-wrong-user = “{ $given }” is no Telegram id: that is a whole number. <code>/admin user</code> finds it. Nothing was done.
admin-wrong-number = { $name } must be { $most ->
        [1] 1
       *[other] a whole number from 1 to { $most }
    }, not “{ $given }”. Nothing was done.
admin-promo-created = ✅ The promo code is made:
admin-promo-exists = There is another code of this name, so nothing was done:
admin-promo = <code>{ $code }</code>: { $gift } · { $most ->
        [0] used: { $uses }
       *[other] used: { $uses } of { $most }
    } · { $state ->
        [unlimited] no end
        [ended] ended on { $day }
       *[other] until { $day }
    }
admin-promos = { $count ->
        [0] <b>No promo codes yet</b>
        [one] <b>One promo code</b>
       *[other] <b>{ $count } promo codes</b>
    }
admin-promos-newest = … These are the newest { $count }.
admin-promo-ended = ✅ Nobody can redeem <code>{ $code }</code> any more.
admin-promo-unknown = There is no code <code>{ $code }</code>.
admin-granted = ✅ Given: { $gift }.
admin-user = 👤 { $names } · <code>{ $id }</code> · level { $level } · { $xp } XP · trainings: { $trainings }
admin-holds = Has: { $holds }
admin-user-unknown = There is no user { $user } here.
admin-users-none = Nobody is found.
admin-users-more = … There are more: please ask for a longer part of the name, or for an id.
admin-payments = <b>The last payments in Stars to this bot</b>
admin-payments-none = No payments in Stars to this bot.
admin-payment =
    { $date } · { $stars } ⭐ · { $tariff } · { $status ->
        [completed] paid
        [refunded] given back
        [pending] pending
       *[other] failed
    }
    <code>{ $charge }</code>
admin-refund-unknown = This user has not made the payment <code>{ $charge }</code> to this bot. Nothing was done.
admin-refund-needless = { $status ->
        [refunded] ↩️ This payment was given back on { $when }.
        [pending] This payment is not made yet: there is nothing to give back.
       *[other] This payment has failed: there is nothing to give back.
    }
admin-refund-failed = ⚠️ It could not be given back: { $cause }
admin-figures =
    <b>Today, in UTC</b>
    New users: { $new }
    Active users: { $active }
    Trainings: { $trainings }
    Stars: { $taken } ⭐ taken, { $returned } ⭐ given back
    Active subscriptions: { $plans }
admin-figures-week =
    <b>Seven days, today included</b>
    New users: { $new }
    Active users on the busiest day: { $active }
    Trainings: { $trainings }
    Stars: { $taken } ⭐ taken, { $returned } ⭐ given back
admin-chart = The last seven days
admin-chart-users = New users
admin-chart-trainings = Trainings
admin-chart-stars = Stars taken
admin-chart-plans = Active subscriptions

## The books
books-asked = The books are being compared. The report follows.
books-unread = ⚠️ The books could not be compared: { $cause }. They will be within an hour, or at once with <code>/admin stars</code>.
books-read = <b>The books</b>: Telegram lists { $count ->
        [0] no transaction
        [one] one transaction
       *[other] { $count } transactions
    } in Stars.
books-clean = ✅ What was paid is recorded, and all of it matches.
books-charges = 📥 { $count ->
        [one] One payment was missing. It is recorded now:
       *[other] { $count } payments were missing. They are recorded now:
    }
books-unmatched = ⚠️ { $count ->
        [one] One of them does not match its tariff, or its tariff is unknown:
       *[other] { $count } of them do not match their tariff, or it is unknown:
    }
books-refunds = 📤 { $count ->
        [one] One refund was missing. It is recorded now:
       *[other] { $count } refunds were missing. They are recorded now:
    }
books-other-amount = ⚠️ { $count ->
        [one] One payment is recorded with another amount than Telegram says:
       *[other] { $count } payments are recorded with another amount than Telegram says:
    }
books-not-refunded = ⚠️ { $count ->
        [one] One payment is recorded as refunded, but Telegram has not given it back:
       *[other] { $count } payments are recorded as refunded, but Telegram has not given them back:
    }
books-unknown = ⚠️ { $count ->
        [one] One recorded payment is unknown to Telegram:
       *[other] { $count } recorded payments are unknown to Telegram:
    }
books-failed = ❌ { $count ->
        [one] One payment could not be recorded; the log says why:
       *[other] { $count } payments could not be recorded; the log says why:
    }
books-more = … and { $count } more

## Data
export = Everything that this bot may see of what is stored about you.
delete-ask =
    <b>Delete everything?</b>

    Your trainings, XP, badges, and whatever access you still hold are lost, in every bot that shares this account. A subscription is stopped first. It cannot be undone. /export sends you a copy of what this bot may see first.
delete-elsewhere = ⚠️ You have a subscription that this bot has not sold and cannot stop. Please stop it first in Telegram: Settings → My Stars.
delete-kept = Nothing was deleted.
delete-done = Everything stored about you is deleted. If you write again, you start anew.
