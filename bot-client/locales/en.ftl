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
menu-settings = Language and privacy
menu-help = How it works
menu-privacy = What is stored about me
menu-terms = Terms of use
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
training-cancelled = The training is cancelled. Nothing of it counts.
case-replace =
    You have asked { $asked ->
        [one] one question
       *[other] { $asked } questions
    } already. With another case they are lost.
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

## Settings
settings =
    <b>Settings</b>

    Language: English
    On the leaderboard: { $hidden ->
        [yes] no
       *[other] yes
    }

## Data
export = Everything that this bot may see of what is stored about you.
delete-ask =
    <b>Delete everything?</b>

    Your trainings, XP, badges, and whatever access you still hold are lost, in every bot that shares this account. It cannot be undone. /export sends you a copy of what this bot may see first.
delete-kept = Nothing was deleted.
delete-done = Everything stored about you is deleted. If you write again, you start anew.
