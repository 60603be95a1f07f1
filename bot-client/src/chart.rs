//! Pictures for a phone. `/progress` sends the score of each training above, the types of its
//! questions below; that of administrators is in `figures`.

mod canvas;
mod figures;
mod panel;
#[cfg(test)]
mod tests;

use std::fmt::Write as _;

use chrono::NaiveDate;
use plotters::style::{Color, RGBColor, WHITE};

use canvas::{Align, Canvas, Ink};
use panel::Panel;

pub use canvas::ChartError;
pub use figures::{ChartDay, FiguresTexts, figures};

/// Of more trainings than this, the last ones are drawn: each bar stays wide enough to be read.
pub const TRAININGS_SHOWN: u8 = 30;

/// Width and height of a picture in pixels: upright, for a phone.
pub const SIZE: (u32, u32) = (1080, 1350);

/// One training.
#[derive(Debug, Clone, Copy)]
pub struct ChartPoint {
    pub date: NaiveDate,
    pub total_score: u32,
    /// Questions asked: situation, problem, implication, need-payoff.
    pub questions: [u16; 4],
}

/// What the trainings are measured against. One that goes beyond it is drawn all the same.
#[derive(Debug, Clone, Copy)]
pub struct ChartScale<'a> {
    /// The highest score of each rank but the last, ascending.
    pub rank_bounds: &'a [u32],
    /// The highest score of one training, where the last rank ends.
    pub max_score: u32,
    /// The most questions of one training.
    pub max_questions: u32,
}

/// What stands in the picture, in the user's language. A line that is too long is drawn smaller.
#[derive(Debug, Clone, Copy)]
pub struct ChartTexts<'a> {
    pub title: &'a str,
    /// Names the upper panel.
    pub score: &'a str,
    /// Stands before the best score.
    pub best: &'a str,
    /// Names the lower panel.
    pub questions: &'a str,
    /// The types, in the order of [`ChartPoint::questions`].
    pub types: [&'a str; 4],
    /// How a date is written, for [`NaiveDate::format`]: `%d.%m` or `%-d %b`.
    pub date_format: &'a str,
}

/// Light blue, amber, rust and teal: no two come near each other, nor in the eyes of the
/// colour-blind (the least CIE76 distance of a pair is 33, over the three kinds).
const TYPE_COLOURS: [RGBColor; 4] = [
    RGBColor(0x8E, 0xC7, 0xEE),
    RGBColor(0xF0, 0xB4, 0x29),
    RGBColor(0xC2, 0x41, 0x0C),
    RGBColor(0x1B, 0x5E, 0x7B),
];
/// What can be read on each of [`TYPE_COLOURS`].
const ON_TYPE_COLOURS: [RGBColor; 4] = [TEXT, TEXT, WHITE, WHITE];
const TEXT: RGBColor = RGBColor(0x1F, 0x29, 0x33);
const FAINT_TEXT: RGBColor = RGBColor(0x52, 0x60, 0x6D);
const BEST: RGBColor = RGBColor(0xC2, 0x41, 0x0C);
const LINE: RGBColor = RGBColor(0x24, 0x3B, 0x6B);

const TITLE: Ink = Ink { size: 48, bold: true, colour: TEXT };
const PANEL_NAME: Ink = Ink { size: 34, bold: true, colour: TEXT };
const BEST_SCORE: Ink = Ink { size: 34, bold: true, colour: BEST };
const LEGEND: Ink = Ink { size: 34, bold: false, colour: TEXT };
const AXIS: Ink = Ink { size: 30, bold: false, colour: FAINT_TEXT };

/// The highest rank; each below it is a little lighter.
const HIGHEST_RANK: RGBColor = RGBColor(0xD0, 0xDE, 0xE8);

/// With up to so many trainings each value is written beside its mark.
const VALUES_WRITTEN: usize = 10;
const DATES_WRITTEN: usize = 6;

/// Draws the trainings, oldest first, as a PNG of [`SIZE`].
///
/// It computes for tens of milliseconds: call it where that holds up nobody.
///
/// # Errors
///
/// [`ChartError::Nothing`] without points, [`ChartError::DateFormat`] for a `date_format` that
/// chrono does not know; any other is a defect.
pub fn progress(
    points: &[ChartPoint],
    scale: &ChartScale<'_>,
    texts: &ChartTexts<'_>,
) -> Result<Vec<u8>, ChartError> {
    let best = points.iter().map(|point| point.total_score).max().ok_or(ChartError::Nothing)?;
    let shown = &points[points.len().saturating_sub(TRAININGS_SHOWN.into())..];
    let dates = written_dates(shown, texts.date_format)?;

    canvas::png(SIZE, |canvas| {
        canvas.write(TITLE, texts.title, (40, 64), Align::Left, 1000)?;
        canvas.write(PANEL_NAME, texts.score, (40, 138), Align::Left, 540)?;
        let best_text = format!("{}: {best}", texts.best);
        canvas.write(BEST_SCORE, &best_text, (1040, 138), Align::Right, 430)?;
        draw_scores(canvas, shown, scale, best)?;
        canvas.write(PANEL_NAME, texts.questions, (40, 752), Align::Left, 1000)?;
        draw_questions(canvas, shown, scale.max_questions, &dates)?;
        draw_legend(canvas, texts.types)
    })
}

fn draw_scores(
    canvas: &Canvas<'_>,
    points: &[ChartPoint],
    scale: &ChartScale<'_>,
    best: u32,
) -> Result<(), ChartError> {
    let scores: Vec<u32> = points.iter().map(|point| point.total_score).collect();
    let highest = scores.iter().copied().fold(scale.max_score, u32::max);
    // Above the highest score there is room for its value.
    let top = highest.saturating_add(highest / 10);
    let panel = Panel::new(canvas, 174..678, points.len(), top);
    let levels = [&[0][..], scale.rank_bounds, &[scale.max_score]].concat();
    let ranks = levels.len() - 1;
    for (below, bounds) in levels.windows(2).enumerate() {
        let colour = HIGHEST_RANK.mix((below + 1) as f64 / ranks as f64);
        panel.band(bounds[0], bounds[1], colour)?;
    }
    panel.levels(&levels, AXIS)?;

    panel.line(&scores, LINE)?;
    let roomy = scores.len() <= VALUES_WRITTEN;
    let best_slot = scores.iter().rposition(|score| *score == best);
    for (slot, score) in scores.iter().enumerate() {
        let is_best = Some(slot) == best_slot;
        let colour = if is_best { BEST } else { LINE };
        panel.mark(slot, *score, if roomy || is_best { 12 } else { 7 }, colour)?;
        if roomy || is_best {
            let (x, y) = panel.position(slot, *score);
            let y = if is_dip(&scores, slot) { y + 38 } else { y - 38 };
            let value = Ink { size: 32, bold: true, colour };
            canvas.write(value, &score.to_string(), (x, y), Align::Centre, 90)?;
        }
    }
    Ok(())
}

/// Whether the line comes down to this score and goes up again, so that only below it is room.
fn is_dip(scores: &[u32], slot: usize) -> bool {
    let score = scores[slot];
    let before = slot.checked_sub(1).map_or(score, |before| scores[before]);
    let after = scores.get(slot + 1).copied().unwrap_or(score);
    u64::from(before) + u64::from(after) > 2 * u64::from(score)
}

fn draw_questions(
    canvas: &Canvas<'_>,
    points: &[ChartPoint],
    max_questions: u32,
    dates: &[(usize, String)],
) -> Result<(), ChartError> {
    let asked = |point: &ChartPoint| point.questions.map(u32::from).iter().sum();
    let top = points.iter().map(asked).fold(max_questions, u32::max);
    let panel = Panel::new(canvas, 804..1144, points.len(), top);
    panel.levels(&[0, top / 2, top], AXIS)?;

    for (slot, point) in points.iter().enumerate() {
        let mut from = 0;
        let pieces =
            point.questions.map(u32::from).into_iter().zip(TYPE_COLOURS).zip(ON_TYPE_COLOURS);
        for ((count, colour), on_colour) in pieces.filter(|((count, _), _)| *count > 0) {
            let middle = panel.bar(slot, from..from + count, colour)?;
            if points.len() <= VALUES_WRITTEN {
                let value = Ink { size: 28, bold: true, colour: on_colour };
                canvas.write(value, &count.to_string(), middle, Align::Centre, 60)?;
            }
            from += count;
        }
    }
    for (slot, date) in dates {
        let (x, y) = panel.position(*slot, 0);
        canvas.write(AXIS, date, (x, y + 36), Align::Centre, 150)?;
    }
    Ok(())
}

fn draw_legend(canvas: &Canvas<'_>, types: [&str; 4]) -> Result<(), ChartError> {
    let places = [(40, 1246), (40, 1304), (560, 1246), (560, 1304)];
    for ((name, colour), (x, y)) in types.iter().zip(TYPE_COLOURS).zip(places) {
        canvas.rectangle((x, y - 18), (x + 36, y + 18), colour)?;
        canvas.write(LEGEND, name, (x + 54, y), Align::Left, 430)?;
    }
    Ok(())
}

/// The dates that find room below the bars, with the bars' places; one day is named once.
fn written_dates(points: &[ChartPoint], format: &str) -> Result<Vec<(usize, String)>, ChartError> {
    let mut dates: Vec<(usize, String)> = Vec::new();
    for (slot, point) in points.iter().enumerate().step_by(points.len().div_ceil(DATES_WRITTEN)) {
        let date = written_date(point.date, format)?;
        if dates.last().is_none_or(|(_, last)| *last != date) {
            dates.push((slot, date));
        }
    }
    Ok(dates)
}

fn written_date(date: NaiveDate, format: &str) -> Result<String, ChartError> {
    let mut text = String::new();
    write!(text, "{}", date.format(format)).map_err(|_| ChartError::DateFormat)?;
    Ok(text)
}
