//! Pictures of the results, for the docs.

use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use crate::Failure;
use crate::database::Engine;
use crate::growth::Size;
use crate::report::{Results, Row, docs, median, number};

/// What it is called, and its value at a size.
type Cost = (&'static str, RGBColor, fn(&Size) -> f64);

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;

const FONT: (&str, i32) = ("sans-serif", 13);
const WIDTH: i32 = 900;
/// Of one bar, and the gap between two.
const BAR: i32 = 15;
const GAP: i32 = 4;
/// Where bars begin: left of it stand the names.
const LEFT: i32 = 420;
const RIGHT: i32 = 90;
/// Where the entries of a legend begin.
const ENTRIES: [i32; 4] = [76, 276, 476, 676];

const SERVICE: RGBColor = RGBColor(0x1f, 0x6f, 0xb4);
const PEER: RGBColor = RGBColor(0xb0, 0xb7, 0xc0);
const TOP: RGBColor = RGBColor(0x2a, 0x9d, 0x5c);
const START: RGBColor = RGBColor(0xd9, 0x7a, 0x1e);
const DISK: RGBColor = RGBColor(0x8a, 0x63, 0xb8);

/// Draws `speed.svg` and `growth.svg`.
///
/// # Errors
/// A file cannot be written.
pub(crate) fn draw(results: &Results) -> Result<(), Failure> {
    let under_load = results.rows.iter().filter(|row| row.unit == "/s").collect::<Vec<_>>();
    if !under_load.is_empty() {
        speed(&under_load)?;
    }
    if !results.sizes.is_empty() {
        growth(&results.sizes)?;
    }
    Ok(())
}

/// Bars on a logarithmic scale.
fn speed(rows: &[&Row]) -> Result<(), Failure> {
    let bars: usize = rows.iter().map(|row| row.subjects.len() + 1).sum();
    let height = i32::try_from(bars)? * (BAR + GAP) + 40;
    let file = docs().join("images/speed.svg");
    let area =
        SVGBackend::new(&file, (WIDTH.unsigned_abs(), height.unsigned_abs())).into_drawing_area();
    area.fill(&WHITE)?;
    text(&area, "requests per second, logarithmic", (LEFT, 8), HPos::Left)?;
    let all = rows.iter().flat_map(|row| &row.subjects).map(|subject| subject.median);
    let (least, most) = all.fold((f64::MAX, 1.0f64), |(l, m), v| (l.min(v), m.max(v)));
    // The shortest bar is to be seen too.
    let least = least / 2.0;
    let length = |value: f64| {
        let share = (value / least).ln() / (most / least).ln();
        // Between 0 and the width: it fits.
        #[expect(clippy::cast_possible_truncation, reason = "at most the picture's width")]
        let pixels = (share * f64::from(WIDTH - LEFT - RIGHT)) as i32;
        pixels
    };
    let mut y = 32;
    for row in rows {
        for (n, subject) in row.subjects.iter().enumerate() {
            let (colour, name) = if n == 0 {
                (SERVICE, format!("{}: service", row.work))
            } else {
                (PEER, subject.name.clone())
            };
            let end = LEFT + length(subject.median);
            area.draw(&Rectangle::new([(LEFT, y), (end, y + BAR)], colour.filled()))?;
            text(&area, &name, (LEFT - 8, y + 2), HPos::Right)?;
            text(&area, &number(subject.median), (end + 6, y + 2), HPos::Left)?;
            y += BAR + GAP;
        }
        y += BAR + GAP;
    }
    Ok(area.present()?)
}

fn text(area: &Area<'_>, text: &str, at: (i32, i32), side: HPos) -> Result<(), Failure> {
    let style = FONT.into_text_style(area).pos(Pos::new(side, VPos::Top));
    Ok(area.draw(&Text::new(text.to_owned(), at, style))?)
}

/// Curves on two logarithmic scales.
fn growth(sizes: &[Size]) -> Result<(), Failure> {
    let file = docs().join("images/growth.svg");
    let area = SVGBackend::new(&file, (WIDTH.unsigned_abs(), 520)).into_drawing_area();
    area.fill(&WHITE)?;
    let (legend, plot) = area.split_vertically(60);
    let users = |size: &Size| f64::from(size.users);
    let costs: [Cost; 4] = [
        ("p99 of rank, ms", SERVICE, |size| p99(&size.rank)),
        ("p99 of top 100, ms", TOP, |size| p99(&size.top)),
        ("start, ms", START, |size| size.start_ms),
        ("on disk, MiB", DISK, |size| size.disk_mib),
    ];
    let all = sizes.iter().flat_map(|size| costs.iter().map(move |(_, _, of)| of(size)));
    let (least, most) = all.fold((1.0f64, 10.0f64), |(l, m), v| (l.min(v), m.max(v)));
    let (first, last) = sizes
        .iter()
        .map(users)
        .fold((f64::MAX, 0.0f64), |(first, last), n| (first.min(n), last.max(n)));
    let mut chart = ChartBuilder::on(&plot)
        .margin(16)
        .x_label_area_size(40)
        .y_label_area_size(60)
        .build_cartesian_2d(
            (first..last * 1.05).log_scale(),
            (least.max(0.01) / 2.0..most * 2.0).log_scale(),
        )?;
    chart
        .configure_mesh()
        .x_desc("users")
        .label_style(FONT)
        .light_line_style(WHITE)
        .x_label_formatter(&|n| format!("{n:.0}"))
        .y_label_formatter(&|n| number(*n))
        .draw()?;
    for ((name, colour, _), at) in costs.iter().zip(ENTRIES) {
        legend.draw(&PathElement::new([(at, 20), (at + 24, 20)], colour.stroke_width(2)))?;
        text(&legend, name, (at + 32, 13), HPos::Left)?;
    }
    for ((engine, filled), at) in
        [(Engine::Sqlite, true), (Engine::Postgres, false)].into_iter().zip(ENTRIES)
    {
        let mark =
            |colour: &RGBColor| ShapeStyle { color: colour.to_rgba(), filled, stroke_width: 2 };
        legend.draw(&Circle::new((at + 12, 45), 4, mark(&BLACK)))?;
        text(&legend, &engine.to_string(), (at + 32, 38), HPos::Left)?;
        for (_, colour, of) in &costs {
            let sizes = sizes.iter().filter(|size| size.engine == engine);
            let points = sizes.map(|size| (users(size), of(size)));
            chart.draw_series(LineSeries::new(points, mark(colour)).point_size(4))?;
        }
    }
    Ok(area.present()?)
}

fn p99(rounds: &[[f64; 2]]) -> f64 {
    median(&rounds.iter().map(|[_, p99]| *p99).collect::<Vec<_>>())
}
