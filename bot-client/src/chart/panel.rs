//! A chart's part of the picture: slots from left to right, for the trainings or the days, and a
//! scale from 0 upwards.

use std::ops::Range;

use plotters::coord::CoordTranslate;
use plotters::coord::types::RangedCoordf64;
use plotters::prelude::{Cartesian2d, RGBAColor, RGBColor};
use plotters::style::WHITE;

use super::canvas::{Align, Canvas, ChartError, Ink};

/// Left and right edge of every panel.
const EDGES: Range<i32> = 112..1040;
const WIDEST_BAR: i32 = 116;
const GRID: RGBColor = RGBColor(0xB8, 0xC4, 0xCE);

pub(super) struct Panel<'c, 'a> {
    canvas: &'c Canvas<'a>,
    scale: Cartesian2d<RangedCoordf64, RangedCoordf64>,
    bar_width: i32,
}

impl<'c, 'a> Panel<'c, 'a> {
    /// `height` goes from the upper edge to the lower one, the scale from 0 to `top`.
    pub(super) fn new(canvas: &'c Canvas<'a>, height: Range<i32>, slots: usize, top: u32) -> Self {
        let across = 0.0..slots as f64;
        let scale =
            Cartesian2d::new(across, 0.0..f64::from(top), (EDGES, height.end..height.start));
        let slots = i32::try_from(slots).unwrap_or(i32::MAX);
        let bar_width = (EDGES.end - EDGES.start) * 7 / 10 / slots;
        Panel { canvas, scale, bar_width: bar_width.min(WIDEST_BAR) }
    }

    /// The middle of a slot, at the height of a value.
    pub(super) fn position(&self, slot: usize, value: u32) -> (i32, i32) {
        self.scale.translate(&(slot as f64 + 0.5, f64::from(value)))
    }

    /// Colours what lies between two values.
    pub(super) fn band(&self, from: u32, to: u32, colour: RGBAColor) -> Result<(), ChartError> {
        self.canvas.rectangle(
            (EDGES.start, self.height(to)),
            (EDGES.end, self.height(from)),
            colour,
        )
    }

    /// A thin line at each value, with the value before it.
    pub(super) fn levels(&self, values: &[u32], ink: Ink) -> Result<(), ChartError> {
        for value in values {
            let y = self.height(*value);
            self.canvas.rectangle((EDGES.start, y - 1), (EDGES.end, y + 1), GRID)?;
            let place = (EDGES.start - 14, y);
            self.canvas.write(ink, &value.to_string(), place, Align::Right, 80)?;
        }
        Ok(())
    }

    pub(super) fn line(&self, values: &[u32], colour: RGBColor) -> Result<(), ChartError> {
        let points = values.iter().enumerate().map(|(slot, value)| self.position(slot, *value));
        self.canvas.path(points, 4, colour)
    }

    /// A disc with a white rim.
    pub(super) fn mark(
        &self,
        slot: usize,
        value: u32,
        radius: i32,
        colour: RGBColor,
    ) -> Result<(), ChartError> {
        let place = self.position(slot, value);
        self.canvas.disc(place, radius + 3, WHITE)?;
        self.canvas.disc(place, radius, colour)
    }

    /// A piece of a slot's bar. Gives its middle.
    pub(super) fn bar(
        &self,
        slot: usize,
        values: Range<u32>,
        colour: RGBColor,
    ) -> Result<(i32, i32), ChartError> {
        let (x, top) = self.position(slot, values.end);
        let bottom = self.height(values.start);
        let left = x - self.bar_width / 2;
        // The pixel left out above parts it from the next piece. However low it is, it is seen.
        let end = (bottom - 1).max(top + 3);
        self.canvas.rectangle((left, top + 1), (left + self.bar_width, end), colour)?;
        Ok((x, top.midpoint(bottom)))
    }

    fn height(&self, value: u32) -> i32 {
        self.position(0, value).1
    }
}
