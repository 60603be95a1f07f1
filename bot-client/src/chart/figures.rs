//! The picture that `/admin figures` sends: a small panel for each of four figures, over some days.

use std::ops::Range;

use chrono::NaiveDate;

use super::canvas::{self, Align, Canvas, ChartError, Ink};
use super::panel::Panel;
use super::{AXIS, LINE, PANEL_NAME, SIZE, TITLE, written_date};

/// One day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChartDay {
    pub date: NaiveDate,
    /// What the panels show, from above: new users, trainings, Stars taken, active subscriptions.
    pub figures: [u32; 4],
}

/// What stands in the picture, in the reader's language. A line that is too long is drawn smaller.
#[derive(Debug, Clone, Copy)]
pub struct FiguresTexts<'a> {
    pub title: &'a str,
    /// Name the panels, in the order of [`ChartDay::figures`].
    pub names: [&'a str; 4],
    /// How a date is written, for [`NaiveDate::format`]: `%d.%m` or `%-d %b`.
    pub date_format: &'a str,
}

const VALUE: Ink = Ink { size: 30, bold: true, colour: LINE };

/// How high the first panel's name stands, and how far below it the next one's.
const FIRST_PANEL: i32 = 138;
const PANEL: usize = 302;
/// Below the panel's name. Above the bars there is room for the highest one's value.
const BARS: Range<i32> = 70..212;
const DATES: i32 = 244;
/// One of seven days has so much room for its value and its date.
const ROOM: i32 = 124;

/// Draws about a week, oldest day first, as a PNG of [`SIZE`].
///
/// It computes for tens of milliseconds: call it where that holds up nobody.
///
/// # Errors
///
/// [`ChartError::Nothing`] without days, [`ChartError::DateFormat`] for a `date_format` that chrono
/// does not know; any other is a defect.
pub fn figures(days: &[ChartDay], texts: &FiguresTexts<'_>) -> Result<Vec<u8>, ChartError> {
    if days.is_empty() {
        return Err(ChartError::Nothing);
    }
    let dates = days.iter().map(|day| written_date(day.date, texts.date_format));
    let dates = dates.collect::<Result<Vec<_>, _>>()?;

    canvas::png(SIZE, |canvas| {
        canvas.write(TITLE, texts.title, (40, 64), Align::Left, 1000)?;
        let heights = (FIRST_PANEL..).step_by(PANEL);
        for ((figure, name), y) in texts.names.iter().enumerate().zip(heights) {
            canvas.write(PANEL_NAME, name, (40, y), Align::Left, 1000)?;
            let values: Vec<_> = days.iter().map(|day| day.figures[figure]).collect();
            draw_values(canvas, y, &values, &dates)?;
        }
        Ok(())
    })
}

fn draw_values(
    canvas: &Canvas<'_>,
    name: i32,
    values: &[u32],
    dates: &[String],
) -> Result<(), ChartError> {
    // A week without anything has a scale too.
    let top = values.iter().copied().fold(1, u32::max);
    let panel = Panel::new(canvas, name + BARS.start..name + BARS.end, values.len(), top);
    panel.levels(&[0], AXIS)?;
    for (slot, (value, date)) in values.iter().zip(dates).enumerate() {
        if *value > 0 {
            panel.bar(slot, 0..*value, LINE)?;
        }
        let (x, y) = panel.position(slot, *value);
        canvas.write(VALUE, &value.to_string(), (x, y - 22), Align::Centre, ROOM)?;
        canvas.write(AXIS, date, (x, name + DATES), Align::Centre, ROOM)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::tests::{count, rows};
    use super::*;

    const RU: FiguresTexts<'_> = FiguresTexts {
        title: "Последние 7 дней",
        names: ["Новые пользователи", "Тренировки", "Звёзды", "Действующие подписки"],
        date_format: "%d.%m",
    };

    fn week(figures: impl Fn(u32) -> [u32; 4]) -> Vec<ChartDay> {
        let first = NaiveDate::from_ymd_opt(2026, 11, 16).unwrap();
        let days = first.iter_days().zip(0..7);
        days.map(|(date, day)| ChartDay { date, figures: figures(day) }).collect()
    }

    fn draw(days: &[ChartDay]) -> Vec<Vec<[u8; 3]>> {
        rows(figures(days, &RU).unwrap())
    }

    /// The rows of each panel's bars, with their values.
    fn panels() -> [Range<usize>; 4] {
        [138, 440, 742, 1044].map(|name| name + 32..name + 214)
    }

    #[test]
    fn bars_are_as_high_as_their_values() {
        let picture = draw(&week(|day| [day + 1, 7 * (day + 1), 50, 0]));
        let [growing, scaled, equal, none] = panels().map(|panel| count(&picture[panel], LINE));
        assert!(growing.abs_diff(scaled) < 3_000, "{growing} {scaled}");
        // 92 wide and 142 high, but for the gaps and the values.
        assert!((88_000..94_000).contains(&equal), "{equal}");
        assert!(growing.abs_diff(equal * 4 / 7) < 3_000, "{growing} {equal}");
        assert!((500..4_000).contains(&none), "values only: {none}");
    }

    #[test]
    fn every_datum_changes_its_own_panel_only() {
        let days = week(|day| [10, 20, 30, 40 + day]);
        let before = draw(&days);
        for (figure, panel) in panels().into_iter().enumerate() {
            let mut days = days.clone();
            days[3].figures[figure] += 1;
            let after = draw(&days);
            let changed = (0..before.len()).filter(|row| before[*row] != after[*row]);
            let changed: Vec<_> = changed.collect();
            assert!(!changed.is_empty(), "{figure}");
            assert!(changed.iter().all(|row| panel.contains(row)), "{figure}: {changed:?}");
        }
        let mut days = days;
        days[6].date = days[6].date.succ_opt().unwrap();
        assert_ne!(draw(&days), before);
    }

    #[test]
    fn values_and_texts_fit() {
        let long = "Действующие подписки и все остальные планы, которые кто-нибудь ещё оплатил";
        let texts = FiguresTexts { title: long, names: [long; 4], date_format: "%d.%m.%Y (%A)" };
        for days in [
            week(|_| [0; 4]),
            week(|_| [u32::MAX; 4]),
            week(|day| if day == 3 { [u32::MAX; 4] } else { [1; 4] }),
        ] {
            let picture = rows(figures(&days, &texts).unwrap());
            let is_white = |pixels: &[[u8; 3]]| pixels.iter().all(|pixel| *pixel == [255; 3]);
            assert!(picture.iter().all(|row| is_white(&row[1044..])));
            assert!(picture.iter().all(|row| is_white(&row[..36])));
            assert!(picture[1300..].iter().all(|row| is_white(row)));
            for panel in panels() {
                // Between a name and its panel's values, and between the days.
                assert!(picture[panel.start - 6..panel.start].iter().all(|row| is_white(row)));
                for row in &picture[panel.start..panel.end - 8] {
                    for edge in (1..7).map(|day| 112 + 928 * day / 7) {
                        assert!(is_white(&row[edge - 2..edge + 2]));
                    }
                }
            }
        }
    }

    #[test]
    fn what_cannot_be_drawn_is_an_error() {
        assert!(matches!(figures(&[], &RU), Err(ChartError::Nothing)));
        let texts = FiguresTexts { date_format: "%Q", ..RU };
        assert!(matches!(figures(&week(|_| [1; 4]), &texts), Err(ChartError::DateFormat)));
    }
}
