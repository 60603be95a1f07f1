//! A picture to draw on, in pixels of the finished PNG.
//!
//! It is drawn at twice its size and then halved, because the bitmap backend's own smoothing
//! leaves steps and gaps (plotters issues 350 and 366).

use ab_glyph::{Font, FontRef, Glyph, InvalidFont, PxScale, ScaleFont, point};
use plotters::coord::Shift;
use plotters::prelude::*;

const SCALE: i32 = 2;
pub(super) const REGULAR: &[u8] = include_bytes!("../../fonts/DejaVuSans.ttf");
pub(super) const BOLD: &[u8] = include_bytes!("../../fonts/DejaVuSans-Bold.ttf");
/// How high a capital letter is, in parts of the letter size.
const CAPITAL: f32 = 0.73;

#[derive(Debug, thiserror::Error)]
pub enum ChartError {
    #[error("there is nothing to draw")]
    Nothing,
    #[error("the format of dates is not one that chrono knows")]
    DateFormat,
    #[error("the embedded font cannot be read: {0}")]
    Font(#[from] InvalidFont),
    #[error("cannot draw: {0}")]
    Drawing(#[from] DrawingAreaErrorKind<<BitMapBackend<'static> as DrawingBackend>::ErrorType>),
    #[error("cannot encode the picture: {0}")]
    Png(#[from] png::EncodingError),
}

/// Draws a picture on white and encodes it.
pub(super) fn png(
    (width, height): (u32, u32),
    draw: impl FnOnce(&Canvas<'_>) -> Result<(), ChartError>,
) -> Result<Vec<u8>, ChartError> {
    let scale = SCALE.unsigned_abs();
    let row = (width * scale * 3) as usize;
    let mut pixels = vec![0xFF; row * (height * scale) as usize];
    let backend = BitMapBackend::with_buffer(&mut pixels, (width * scale, height * scale));
    let area = backend.into_drawing_area();
    draw(&Canvas {
        area,
        regular: FontRef::try_from_slice(REGULAR)?,
        bold: FontRef::try_from_slice(BOLD)?,
    })?;

    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(png::ColorType::Rgb);
    encoder.write_header()?.write_image_data(&halved(&pixels, row))?;
    Ok(bytes)
}

/// Each pixel is the mean of four.
fn halved(pixels: &[u8], row: usize) -> Vec<u8> {
    let mut half = Vec::with_capacity(pixels.len() / 4);
    for rows in pixels.chunks_exact(2 * row) {
        let (upper, lower) = rows.split_at(row);
        for (a, b) in upper.chunks_exact(6).zip(lower.chunks_exact(6)) {
            for channel in 0..3 {
                let upper = a[channel].midpoint(a[channel + 3]);
                half.push(upper.midpoint(b[channel].midpoint(b[channel + 3])));
            }
        }
    }
    half
}

pub(super) struct Canvas<'a> {
    area: DrawingArea<BitMapBackend<'a>, Shift>,
    regular: FontRef<'static>,
    bold: FontRef<'static>,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Ink {
    /// Pixels per em.
    pub(super) size: i32,
    pub(super) bold: bool,
    pub(super) colour: RGBColor,
}

#[derive(Debug, Clone, Copy)]
pub(super) enum Align {
    Left,
    Centre,
    Right,
}

impl Canvas<'_> {
    /// Writes one line with the middle of its capitals at the height of `y`, smaller if it is
    /// wider than `room`.
    ///
    /// plotters' own text is not used: with `ab_glyph` it forgets the space left of each letter.
    pub(super) fn write(
        &self,
        ink: Ink,
        text: &str,
        (x, y): (i32, i32),
        align: Align,
        room: i32,
    ) -> Result<(), ChartError> {
        let font = if ink.bold { &self.bold } else { &self.regular };
        let size = (ink.size * SCALE) as f32;
        let fitting = ((room * SCALE) as f32 / line(font, size, text).1).min(1.0);
        let (glyphs, width) = line(font, size * fitting, text);

        let start = (x * SCALE) as f32
            - match align {
                Align::Left => 0.0,
                Align::Centre => width / 2.0,
                Align::Right => width,
            };
        let base = (y * SCALE) as f32 + size * fitting * CAPITAL / 2.0;
        for mut glyph in glyphs {
            glyph.position += point(start, base);
            self.draw_glyph(font, glyph, ink.colour)?;
        }
        Ok(())
    }

    fn draw_glyph(
        &self,
        font: &FontRef<'_>,
        glyph: Glyph,
        colour: RGBColor,
    ) -> Result<(), ChartError> {
        let Some(outline) = font.outline_glyph(glyph) else { return Ok(()) };
        let corner = outline.px_bounds().min;
        let mut drawn = Ok(());
        outline.draw(|x, y, coverage| {
            let place = (pixel(corner.x + x as f32), pixel(corner.y + y as f32));
            let ink = colour.mix(f64::from(coverage));
            if drawn.is_ok() {
                drawn = self.area.draw_pixel(place, &ink);
            }
        });
        Ok(drawn?)
    }

    pub(super) fn rectangle(
        &self,
        left_top: (i32, i32),
        right_bottom: (i32, i32),
        colour: impl Color,
    ) -> Result<(), ChartError> {
        // plotters draws both edges, so the last pixel belongs to the neighbour.
        let (right, bottom) = scaled(right_bottom);
        let corners = [scaled(left_top), (right - 1, bottom - 1)];
        Ok(self.area.draw(&Rectangle::new(corners, colour.filled()))?)
    }

    pub(super) fn path(
        &self,
        points: impl Iterator<Item = (i32, i32)>,
        width: i32,
        colour: RGBColor,
    ) -> Result<(), ChartError> {
        let style = colour.stroke_width((width * SCALE).unsigned_abs());
        Ok(self.area.draw(&PathElement::new(points.map(scaled).collect::<Vec<_>>(), style))?)
    }

    pub(super) fn disc(
        &self,
        centre: (i32, i32),
        radius: i32,
        colour: RGBColor,
    ) -> Result<(), ChartError> {
        Ok(self.area.draw(&Circle::new(scaled(centre), radius * SCALE, colour.filled()))?)
    }
}

/// The letters of a line that starts at 0, and its width.
fn line(font: &FontRef<'_>, size: f32, text: &str) -> (Vec<Glyph>, f32) {
    // A font's "scale" counts from the lowest descent to the highest ascent, a size counts the em.
    let em = font.units_per_em().unwrap_or(1.0);
    let scale = PxScale::from(size * font.height_unscaled() / em);
    let font = font.as_scaled(scale);
    let mut end = 0.0;
    let mut glyphs: Vec<Glyph> = Vec::new();
    for letter in text.chars() {
        let id = font.glyph_id(letter);
        end += glyphs.last().map_or(0.0, |last| font.kern(last.id, id));
        glyphs.push(id.with_scale_and_position(scale, point(end, 0.0)));
        end += font.h_advance(id);
    }
    (glyphs, end)
}

fn scaled((x, y): (i32, i32)) -> (i32, i32) {
    (x * SCALE, y * SCALE)
}

#[expect(clippy::cast_possible_truncation, reason = "places in a picture of a few thousand pixels")]
fn pixel(place: f32) -> i32 {
    place.round() as i32
}
