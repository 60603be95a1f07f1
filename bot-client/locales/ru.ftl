### Что бот говорит по-русски. HTML Телеграма; подставляемые значения экранируются.

## Меню: от 1 до 256 знаков
menu-start = Что это такое
menu-train = Начать тренировку
menu-case = Другой кейс
menu-caseinfo = Текущий кейс
menu-finish = Завершить и получить отчёт
menu-cancel = Отменить тренировку
menu-stats = Моя статистика
menu-progress = Мой прогресс на графике
menu-rank = Моё место
menu-leaderboard = У кого больше всего XP
menu-badges = Мои награды
menu-profile = Мой профиль
menu-subscribe = Купить тренировки; что у меня есть
menu-promo = Ввести промокод
menu-free = Бесплатные тренировки
menu-referral = Пригласить друга
menu-settings = Язык и приватность
menu-help = Как это работает
menu-privacy = Что обо мне хранится
menu-terms = Условия использования
menu-paysupport = Помощь с оплатой, возврат
menu-export = Что обо мне хранится, файлом
menu-deletemydata = Удалить всё, что обо мне хранится

## Кнопки
button-train = ▶️ Начать тренировку
button-train-again = ▶️ Ещё тренировка
button-new-case = 🔄 Другой кейс
button-finish = 🏁 Завершить и получить отчёт
button-cancel = ✖️ Отменить тренировку
button-stats = 📊 Статистика
button-progress = 📈 Прогресс
button-badges = 🏅 Награды
button-board = 🏆 Рейтинг
button-all-board = За всё время
button-week-board = За эту неделю
button-settings = ⚙️ Настройки
button-help = ❓ Как это работает
button-russian = Русский
button-english = English
button-hide = 🙈 Скрыть меня из рейтинга
button-unhide = 👀 Показывать меня в рейтинге
button-delete = 🗑 Да, удалить всё
button-keep = Нет, оставить
button-shop = ⭐ Купить тренировки
button-promo = 🎟 У меня есть промокод
button-free = 🎁 Бесплатные тренировки
button-referral = 🤝 Пригласить друга
button-cancel-renewal = Отключить продление
button-resume-renewal = Включить продление
button-join = Открыть канал
button-joined = ✅ Уже подписан
button-refund = ↩️ Вернуть { $stars } ⭐ за { $date }
button-remind = 🔔 Напоминать мне
button-no-reminders = 🔕 Не напоминать
button-late = Эта кнопка устарела. Нажмите кнопку в последнем сообщении.

## Что это за бот
start =
    <b>Здравствуйте, { $name }!</b>

    Здесь тренируются в <b>продажах по методу СПИН</b>: вы продавец, я играю клиента. Вы спрашиваете, я отвечаю, и после каждого вопроса видно, какого он типа.

    Одна тренировка — от { $min } до { $max } вопросов. В конце вы получите баллы, советы именно для вас, XP и награды.
help =
    <b>Как это работает</b>

    1. Начните тренировку: вы получите кейс — клиента с его собственной ситуацией.
    2. Задавайте клиенту вопросы, по одному в сообщении. Хороший продавец идёт от фактов к проблемам, от проблем к последствиям, а от них — к пользе решения.
    3. Опирайтесь на то, что клиент только что сказал: умение слушать прибавляет ясности.
    4. Через { $min }–{ $max } вопросов вы получите отчёт.

    <b>Баллы за вопрос</b>
help-commands =
    /train – начать · /case – другой кейс · /caseinfo – текущий кейс
    /finish – отчёт · /cancel – прервать
    /stats · /progress · /rank · /leaderboard · /badges · /profile
    /subscribe – купить тренировки · /promo – промокод · /free · /referral · /paysupport
    /settings – язык и приватность · /privacy · /terms · /export · /deletemydata
help-type = • <b>{ $type }</b>: { $weight }
privacy =
    <b>Что о вас хранится</b>

    Ваш Telegram-id, имя, имя пользователя и язык; ваши тренировки с типами вопросов и баллами; XP, награды и то, что вы купили или получили. Тексты ваших вопросов после тренировки не хранятся.

    Это нужно только для работы бота.{ $llm ->
        [yes] {" "}Ответы клиента перефразирует языковая модель другого поставщика: ей отправляются кейс и ваш вопрос, без имени и id.
       *[no] {" "}Никому не передаётся.
    } Имя и XP видны в рейтинге, если вы не скрыли их в /settings.

    /export пришлёт файлом всё, что видно этому боту. /deletemydata удалит всё во всех ботах.
terms =
    <b>Условия использования</b>

    Бот — учебный тренажёр. Клиенты, компании и цифры вымышлены, а баллы говорят о том, как прошла тренировка, а не о будущих продажах.

    Пожалуйста, не присылайте ничего секретного: ни своего, ни своих клиентов. Ботом пользуются люди; автоматические обращения не допускаются.

    Тренировки оплачиваются звёздами Telegram. Месячная подписка продлевается сама, пока вы не отключите продление в /subscribe; оплаченное действует до конца срока. Что и как можно вернуть, написано в /paysupport.
unknown-command = Такой команды я не знаю. Что я умею, покажет /help.
text-only = Я понимаю только текст. Напишите клиенту вопрос словами.
dead-letter = Извините, это не получилось и повторно тоже не получится. Мы об этом уже знаем. Что можно сделать, покажет /help.

## Тренировка
case =
    <b>Ваш кейс</b>

    { $case }
training-begun =
    Клиент вас слушает. Задайте первый вопрос!

    Всего до { $max } вопросов; после { $min } можно завершить: /finish.
training-standing =
    Вопросов задано: <b>{ $asked }</b>, осталось { $left }. Ясность: <b>{ $clarity } %</b>.
training-active =
    Тренировка идёт: { $asked ->
        [one] задан { $asked } вопрос
        [few] задано { $asked } вопроса
       *[many] задано { $asked } вопросов
    }, осталось { $left }, ясность { $clarity } %. Спрашивайте дальше или выберите:
training-none = Сейчас тренировка не идёт.
training-left = После этой тренировки останется: { $count }.
training-last = Это ваша последняя тренировка. Новые — в /subscribe.
training-given-back = Тренировка отменена. Она вам ничего не стоила.
training-cancelled = Тренировка отменена: без отчёта и без XP. После первого вопроса тренировка считается использованной.
case-replace =
    Вы уже задали { $asked ->
        [one] { $asked } вопрос
        [few] { $asked } вопроса
       *[many] { $asked } вопросов
    }. С другим кейсом они пропадут, и это будет ещё одна тренировка.
question-short = Это слишком коротко. Сформулируйте, пожалуйста, вопрос полностью.
question-none = Я не вижу здесь вопроса. Спросите клиента о фактах, проблемах, последствиях или о пользе решения.
question-answered =
    <b>{ $type }</b> · вопрос { $number } из { $max } · ясность { $clarity } %

    🗣 { $answer }
question-repeated = <i>Об этом вы уже спрашивали.</i>
question-contextual = <i>👂 Вы опираетесь на слова клиента: +{ $bonus } к ясности.</i>
finish-offered = ✅ Картина ясна. Можно завершить или спрашивать дальше.
finish-early =
    Для отчёта нужно хотя бы { $needed ->
        [one] { $needed } вопрос
        [few] { $needed } вопроса
       *[many] { $needed } вопросов
    }; пока { $asked ->
        [0] нет ни одного
        [one] задан { $asked }
       *[many] задано { $asked }
    }.

## Отчёт
report-head =
    🏁 <b>Тренировка завершена. Баллы: { $score }</b> из { $max } · <b>{ $rank }</b>

    { $questions ->
        [one] { $questions } вопрос
        [few] { $questions } вопроса
       *[many] { $questions } вопросов
    }, ясность { $clarity } %.

    <b>Ваши вопросы</b> (рекомендуется)
report-type = • { $type }: <b>{ $asked }</b>, { $share } % ({ $min }–{ $max } %)
report-listening =
    👂 Умение слушать: { $contextual ->
        [0] ни один вопрос не опирался
        [one] { $contextual } вопрос опирался
        [few] { $contextual } вопроса опирались
       *[many] { $contextual } вопросов опирались
    } на ответ клиента ({ $listening } %).
report-advice-head = <b>Что попробовать в следующий раз</b>
report-advice = { $number }. { $text }
report-xp = <b>+{ $xp } XP</b> · всего { $total } XP · уровень { $level }
report-level-up = 🎉 <b>Новый уровень: { $level }!</b>
report-next-level = До уровня { $level } осталось { $left } XP.
report-badge = 🏅 Новая награда: <b>{ $title }</b> – { $description }

## Цифры
stats =
    <b>Ваша статистика</b>

    Тренировок: <b>{ $trainings }</b>
    Вопросов: <b>{ $questions }</b>
    Лучший результат: <b>{ $best }</b>
    Средний результат: <b>{ $average }</b>

    <b>Вопросы по типам</b>
stats-type = • { $type }: { $count }
stats-none = Вы ещё не завершили ни одной тренировки. Первая займёт пять минут.
progress = { $count ->
        [one] Последняя { $count } тренировка
        [few] Последние { $count } тренировки
       *[many] Последние { $count } тренировок
    }
chart-title = Ваш прогресс
chart-score = Баллы
chart-best = лучший
chart-date = %d.%m
chart-questions = Вопросы по типам
rank =
    <b>{ $rank }-е место</b> из { $users }

    { $xp } XP
board-all = 🏆 <b>Рейтинг</b>
board-week = 🏆 <b>Рейтинг этой недели</b>
board-line = { $self ->
        [yes] <b>{ $rank }. { $name } · { $xp } XP · уровень { $level } ← вы</b>
       *[other] { $rank }. { $name } · { $xp } XP · уровень { $level }
    }
board-anonymous = кто-то
board-empty = XP пока ни у кого нет. Станьте первым!
board-hidden = Вас в рейтинге не видно; это можно изменить в /settings.
badges = { $count ->
        [0] <b>Наград пока нет</b>
        [one] <b>{ $count } награда</b>
        [few] <b>{ $count } награды</b>
       *[many] <b>{ $count } наград</b>
    }
badge-held = 🏅 <b>{ $title }</b> – { $description }
badge-foreign = 🏅 <b>{ $title }</b> (из другого бота)
badge-open = ▫️ { $title } – { $description }
profile =
    <b>{ $name }</b>

    Уровень <b>{ $level }</b> · <b>{ $xp }</b> XP
    Тренировок: { $trainings }
    Наград: { $badges }
    С нами с { $since }
profile-holds = У вас есть: { $holds }

## Настройки
settings =
    <b>Настройки</b>

    Язык: русский
    В рейтинге: { $hidden ->
        [yes] меня не видно
       *[other] меня видно
    }
    Напоминания перед концом подписки и о последней тренировке: { $reminded ->
        [yes] да
       *[other] нет
    }

## Что есть: «подписка на месяц до 12 декабря 2026, затем 3 кредита»
holding-plan = { $kind ->
        [month] подписка на месяц до { $date }
        [year] подписка на год до { $date }
       *[other] подписка до { $date }
    }
holding-credits = { $count ->
        [one] { $count } кредит
        [few] { $count } кредита
       *[many] { $count } кредитов
    }
holding-free-trainings = { $count ->
        [one] { $count } бесплатная тренировка
        [few] { $count } бесплатные тренировки
       *[many] { $count } бесплатных тренировок
    }
holding-then = { $before }, затем { $next }
holding-none = пока ничего
date = { $day } { $month ->
        [1] января
        [2] февраля
        [3] марта
        [4] апреля
        [5] мая
        [6] июня
        [7] июля
        [8] августа
        [9] сентября
        [10] октября
        [11] ноября
       *[12] декабря
    } { $year }

## Магазин
offer-name = { $kind ->
        [month] { $number ->
            [one] { $number } день
            [few] { $number } дня
           *[many] { $number } дней
        }
        [year] { $number ->
            [one] { $number } день
            [few] { $number } дня
           *[many] { $number } дней
        }
       *[other] { $number ->
            [one] { $number } кредит
            [few] { $number } кредита
           *[many] { $number } кредитов
        }{ $days ->
            [0] {""}
            [one] , { $days } день
            [few] , { $days } дня
           *[many] , { $days } дней
        }
    }
offer-button = { $renews ->
        [yes] { $name } с продлением · { $stars } ⭐
       *[other] { $name } · { $stars } ⭐
    }
offer-renewing = { $name } тренировок без ограничений. Продлевается каждые 30 дней, пока вы это не отключите.
offer-once = { $name } на тренировки. Оплата один раз, без продления.
shop-head =
    <b>Тренировки</b>

    У вас есть: <b>{ $holds }</b>
no-access =
    <b>Тренировок не осталось</b>

    У вас есть: { $holds }. Продолжить можно по-разному:
shop-offers = С подпиской тренировки не ограничены, один кредит — одна тренировка. Купленное прибавляется к тому, что есть. Цены — в звёздах Telegram.
shop-empty = Сейчас ничего не продаётся. Помогут промокод или приглашение.
renewal-on = 🔄 Подписка продлевается сама; следующий платёж — { $date }.
renewal-off = Подписка больше не продлевается. Оплаченное действует до { $date }.
reminder-plan-ends =
    ⏳ <b>Подписка действует до { $date }</b> и сама не продлится.

    Купленное раньше начнёт действовать после неё: ни один день не пропадёт. Отключить такие напоминания можно в /settings.
renewal-elsewhere = 🔄 Подписка, купленная в другом месте, продлевается сама: купленное действует до { $date }.
renewal-how = Включить продление снова можно в Telegram: Настройки → Мои звёзды → подписка этого бота. Telegram оставляет это только вам.
renewal-refused = Telegram этого не разрешил. Отключить продление можно в самом Telegram: Настройки → Мои звёзды → подписка этого бота.
renewal-over = Эта подписка закончилась. Можно оформить новую.
paid-once =
    ✅ <b>Спасибо! Получено: { $stars } ⭐.</b>

    У вас есть: { $holds }
paid-renewal =
    🔄 <b>Подписка продлена</b>: { $stars } ⭐.

    У вас есть: { $holds }
paid-unknown =
    Получено: { $stars } ⭐, но непонятно, за что. Напишите, пожалуйста, администраторам; что можно вернуть сразу, показывает /paysupport.

    У вас есть: { $holds }
paid-back =
    ↩️ <b>Возвращено: { $stars } ⭐.</b>

    У вас есть: { $holds }
refund-done = ↩️ Возвращено: { $stars } ⭐.
refund-failed = Telegram сейчас не вернул эти звёзды, поэтому ничего не изменилось. Напишите, пожалуйста, администраторам.
refund-refused = Этот платёж здесь уже не вернуть: прошло слишком много времени, использовано слишком много тренировок, или он уже возвращён.
paysupport =
    <b>Помощь с оплатой</b>

    Платёж можно вернуть самостоятельно в течение { $days ->
        [one] { $days } дня
       *[other] { $days } дней
    }, если из него использовано не больше { $used ->
        [one] { $used } тренировки
       *[other] { $used } тренировок
    }. Что можно вернуть, показано ниже, если такое есть.

    С любым другим вопросом напишите администраторам этого бота: укажите дату и сумму платежа. Поддержка самого Telegram с покупками в ботах не помогает.

## Перед оплатой: простой текст
checkout-unknown = Этот счёт больше не действует. Откройте /subscribe ещё раз.
checkout-other = Этот счёт выставлен другому человеку. Откройте /subscribe для себя.
checkout-gone = Это больше не продаётся. Что продаётся, покажет /subscribe.
checkout-price = Цена изменилась. Откройте /subscribe ещё раз.
checkout-subscribed = У вас уже есть подписка с продлением. Вторая только удвоит расходы.
checkout-later = Сейчас это не проверить, поэтому ничего не списано. Попробуйте через минуту.

## Что бесплатно
promo-how = Напишите код после команды: <code>/promo WELCOME</code>
promo-unknown = Такого кода нет. Проверьте, как он написан.
promo-expired = Срок действия этого кода истёк.
promo-exhausted = Этот код уже использован столько раз, сколько можно.
promo-used = Вы уже использовали этот код.
promo-redeemed = 🎉 Вы получили: <b>{ $gift }</b>
gift-month = { $count ->
        [one] подписка на месяц
        [few] { $count } подписки на месяц
       *[many] { $count } подписок на месяц
    }
free-none = Бонуса за канал здесь нет. Пригласите друга: бесплатная тренировка каждому из вас.
free-later = Сейчас не удаётся заглянуть в канал, и это не ваша вина. Попробуйте позже.
free-join = Подпишитесь на { $channel } и получите { $count ->
        [one] { $count } бесплатную тренировку
        [few] { $count } бесплатные тренировки
       *[many] { $count } бесплатных тренировок
    }, один раз.
free-granted = 🎁 Спасибо за подписку на { $channel }! Вы получили { $count ->
        [one] { $count } бесплатную тренировку
        [few] { $count } бесплатные тренировки
       *[many] { $count } бесплатных тренировок
    }.
free-used = Бонус за { $channel } вы уже получили: он даётся один раз.
free-given = 🎁 Администраторы подарили вам { $count ->
        [one] { $count } бесплатную тренировку
        [few] { $count } бесплатные тренировки
       *[many] { $count } бесплатных тренировок
    }.
referral-link =
    <b>Пригласите друга</b>

    Отправьте ему эту ссылку. Когда он завершит первую тренировку, вы оба получите по одной бесплатной.

    { $link }
referral-host = 🤝 Ваш приглашённый завершил первую тренировку. Вам { $count ->
        [one] { $count } бесплатная тренировка
        [few] { $count } бесплатные тренировки
       *[many] { $count } бесплатных тренировок
    }!
referral-invited = 🤝 За первую тренировку по приглашению вам { $count ->
        [one] { $count } бесплатная тренировка
        [few] { $count } бесплатные тренировки
       *[many] { $count } бесплатных тренировок
    }!

## Для администраторов
admin-mismatch = ⚠️ Пользователь { $user } заплатил { $stars } ⭐ за «{ $tariff }», и это не сходится: { $mismatches }. Платёж записан и выдан, если тариф известен.
admin-refused = ⚠️ Telegram отказал в том, о чём просил пользователь { $user } (деньги): { $cause }
admin-channel = ⚠️ Участников { $channel } не видно: { $cause }. Бот должен быть администратором канала.
admin-no-key = Команды администратора требуют ключ сервиса: задайте <code>BOT__SERVICE__OPERATOR_KEY</code> и перезапустите бота.
admin = <b>Для администраторов</b>
admin-button-figures = 📊 Цифры
admin-button-promos = 🎟 Промокоды
admin-button-stars = ⭐ Операции со звёздами
admin-how-promo =
    <code>/admin promo CODE trainings|free_month|credits VALUE [USES] [until YYYY-MM-DD]</code>
    создаёт промокод: столько-то тренировок или кредитов либо подписка на месяц (VALUE равно 1). USES: скольким пользователям самое большее. День — последний, по UTC.
admin-how-promos =
    <code>/admin promos</code>
    показывает промокоды.
admin-how-end =
    <code>/admin end CODE</code>
    прекращает действие промокода. Полученное по нему остаётся.
admin-how-grant =
    <code>/admin grant USER COUNT</code>
    дарит бесплатные тренировки. USER — это Telegram-id.
admin-how-user =
    <code>/admin user QUERY</code>
    ищет пользователей по Telegram-id или части имени; если найден один, показывает, что у него есть, и его платежи.
admin-how-refund =
    <code>/admin refund USER CHARGE_ID</code>
    возвращает платёж в звёздах, каким бы старым он ни был, и забирает остаток купленного.
admin-how-figures =
    <code>/admin figures</code>
    показывает последние семь дней.
admin-how-stars =
    <code>/admin stars</code>
    сверяет операции со звёздами в Telegram с записанными и записывает недостающие.
admin-wrong-count = Чего-то не хватает, или есть лишнее. Ничего не сделано.
admin-wrong-code = В коде не больше 50 знаков, и это не «.» и не «..». Ничего не сделано.
admin-wrong-type = Код даёт trainings, free_month или credits, а не «{ $given }». Ничего не сделано.
admin-wrong-day = «{ $given }» — не день, начиная с сегодняшнего, в виде YYYY-MM-DD. Ничего не сделано.
admin-wrong-user = «{ $given }» — не Telegram-id: это целое число. Его найдёт <code>/admin user</code>. Ничего не сделано.
admin-wrong-number = { $name } — это { $most ->
        [1] всегда 1
       *[other] целое число от 1 до { $most }
    }, а не «{ $given }». Ничего не сделано.
admin-promo-created = ✅ Промокод создан:
admin-promo-exists = Такой код уже есть, но он другой. Ничего не сделано:
admin-promo = <code>{ $code }</code>: { $gift } · { $most ->
        [0] использован: { $uses }
       *[other] использован: { $uses } из { $most }
    } · { $state ->
        [unlimited] бессрочно
        [ended] закончился { $day }
       *[other] до { $day } включительно
    }
admin-promos = { $count ->
        [0] <b>Промокодов пока нет</b>
        [one] <b>{ $count } промокод</b>
        [few] <b>{ $count } промокода</b>
       *[many] <b>{ $count } промокодов</b>
    }
admin-promos-newest = … Показаны самые новые: { $count }.
admin-promo-ended = ✅ Код <code>{ $code }</code> больше не действует.
admin-promo-unknown = Кода <code>{ $code }</code> нет.
admin-granted = ✅ Выдано: { $gift }.
admin-user = 👤 { $names } · <code>{ $id }</code> · уровень { $level } · { $xp } XP · тренировок: { $trainings }
admin-holds = Есть: { $holds }
admin-user-unknown = Пользователя { $user } здесь нет.
admin-users-none = Никто не найден.
admin-users-more = … Есть и другие: укажите имя полнее или id.
admin-payments = <b>Последние платежи в звёздах этому боту</b>
admin-payments-none = Платежей в звёздах этому боту нет.
admin-payment =
    { $date } · { $stars } ⭐ · { $tariff } · { $status ->
        [completed] оплачен
        [refunded] возвращён
        [pending] не завершён
       *[other] не прошёл
    }
    <code>{ $charge }</code>
admin-refund-unknown = Платежа <code>{ $charge }</code> этому боту у этого пользователя нет. Ничего не сделано.
admin-refund-needless = { $status ->
        [refunded] ↩️ Этот платёж возвращён { $when }.
        [pending] Этот платёж ещё не завершён: возвращать нечего.
       *[other] Этот платёж не прошёл: возвращать нечего.
    }
admin-refund-failed = ⚠️ Вернуть не удалось: { $cause }
admin-figures =
    <b>Сегодня, по UTC</b>
    Новых пользователей: { $new }
    Активных пользователей: { $active }
    Тренировок: { $trainings }
    Звёзды: получено { $taken } ⭐, возвращено { $returned } ⭐
    Действующих подписок: { $plans }
admin-figures-week =
    <b>Семь дней, включая сегодня</b>
    Новых пользователей: { $new }
    Активных пользователей в лучший день: { $active }
    Тренировок: { $trainings }
    Звёзды: получено { $taken } ⭐, возвращено { $returned } ⭐
admin-chart = Последние семь дней
admin-chart-users = Новые пользователи
admin-chart-trainings = Тренировки
admin-chart-stars = Получено звёзд
admin-chart-plans = Действующие подписки

## Сверка
books-asked = Платежи сверяются. Отчёт придёт следом.
books-unread = ⚠️ Сверить платежи не удалось: { $cause }. Это произойдёт в течение часа или сразу — по <code>/admin stars</code>.
books-read = <b>Сверка</b>: { $count ->
        [0] у Telegram нет ни одной операции
        [one] у Telegram { $count } операция
        [few] у Telegram { $count } операции
       *[many] у Telegram { $count } операций
    } со звёздами.
books-clean = ✅ Всё оплаченное записано, и всё сходится.
books-charges = 📥 { $count ->
        [one] Не хватало { $count } платежа. Теперь он записан:
       *[many] Не хватало { $count } платежей. Теперь они записаны:
    }
books-unmatched = ⚠️ { $count ->
        [one] { $count } из них не сходится с тарифом, или тариф неизвестен:
       *[many] { $count } из них не сходятся с тарифом, или тариф неизвестен:
    }
books-refunds = 📤 { $count ->
        [one] Не хватало { $count } возврата. Теперь он записан:
       *[many] Не хватало { $count } возвратов. Теперь они записаны:
    }
books-other-amount = ⚠️ { $count ->
        [one] { $count } платёж записан не с той суммой, что у Telegram:
        [few] { $count } платежа записаны не с той суммой, что у Telegram:
       *[many] { $count } платежей записаны не с той суммой, что у Telegram:
    }
books-not-refunded = ⚠️ { $count ->
        [one] { $count } платёж записан как возвращённый, но Telegram его не возвращал:
        [few] { $count } платежа записаны как возвращённые, но Telegram их не возвращал:
       *[many] { $count } платежей записаны как возвращённые, но Telegram их не возвращал:
    }
books-unknown = ⚠️ { $count ->
        [one] { $count } записанный платёж неизвестен Telegram:
        [few] { $count } записанных платежа неизвестны Telegram:
       *[many] { $count } записанных платежей неизвестны Telegram:
    }
books-failed = ❌ { $count ->
        [one] { $count } платёж не удалось записать, причина в журнале:
        [few] { $count } платежа не удалось записать, причина в журнале:
       *[many] { $count } платежей не удалось записать, причина в журнале:
    }
books-more = … и ещё { $count }

## Данные
export = Всё, что о вас хранится и видно этому боту.
delete-ask =
    <b>Удалить всё?</b>

    Тренировки, XP, награды и весь оставшийся доступ пропадут — во всех ботах с этим аккаунтом. Подписка сначала будет остановлена. Отменить это нельзя. Сначала можно получить копию того, что видно этому боту: /export.
delete-elsewhere = ⚠️ У вас есть подписка, которую продал не этот бот и остановить он не может. Сначала отключите её в Telegram: Настройки → Мои звёзды.
delete-kept = Ничего не удалено.
delete-done = Всё, что о вас хранилось, удалено. Если напишете снова, начнёте с чистого листа.
