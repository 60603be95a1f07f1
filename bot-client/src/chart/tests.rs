use super::*;

const RU: ChartTexts<'_> = ChartTexts {
    title: "Ваши тренировки",
    score: "Баллы за тренировку",
    best: "Лучший результат",
    questions: "Вопросы по типам",
    types: ["Ситуационные", "Проблемные", "Извлекающие", "Направляющие"],
    date_format: "%d.%m",
};

const SCALE: ChartScale<'_> =
    ChartScale { rank_bounds: &[100, 150, 200], max_score: 250, max_questions: 10 };

fn training(day: u64, total_score: u32, questions: [u16; 4]) -> ChartPoint {
    let first = NaiveDate::from_ymd_opt(2026, 3, 2).unwrap();
    ChartPoint { date: first + chrono::Days::new(day), total_score, questions }
}

/// The picture's rows, each of `SIZE.0` pixels.
fn draw(points: &[ChartPoint], texts: &ChartTexts<'_>) -> Vec<Vec<[u8; 3]>> {
    draw_on(&SCALE, points, texts)
}

fn draw_on(
    scale: &ChartScale<'_>,
    points: &[ChartPoint],
    texts: &ChartTexts<'_>,
) -> Vec<Vec<[u8; 3]>> {
    rows(progress(points, scale, texts).unwrap())
}

/// The rows of a picture, which must be as every picture is.
pub(super) fn rows(png: Vec<u8>) -> Vec<Vec<[u8; 3]>> {
    let mut reader = png::Decoder::new(std::io::Cursor::new(png)).read_info().unwrap();
    assert_eq!((reader.info().width, reader.info().height), SIZE);
    assert_eq!(reader.info().color_type, png::ColorType::Rgb, "opaque on any theme");
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    reader.next_frame(&mut pixels).unwrap();
    let rows = pixels.chunks_exact(3 * SIZE.0 as usize);
    rows.map(|row| row.as_chunks().0.to_vec()).collect()
}

pub(super) fn count(picture: &[Vec<[u8; 3]>], colour: RGBColor) -> usize {
    let wanted = [colour.0, colour.1, colour.2];
    picture.iter().flatten().filter(|pixel| **pixel == wanted).count()
}

#[test]
fn one_training_shows_its_score_and_its_types() {
    let picture = draw(&[training(0, 105, [5, 2, 1, 0])], &RU);

    // 116 wide, 34 high for each question, but for the gaps and the figures.
    let [situation, problem, implication, need_payoff] =
        TYPE_COLOURS.map(|colour| count(&picture[804..1144], colour));
    assert!((17_000..19_800).contains(&situation), "{situation}");
    assert!((6_500..7_900).contains(&problem), "{problem}");
    assert!((2_900..3_950).contains(&implication), "{implication}");
    assert_eq!(need_payoff, 0);
    assert!(count(&picture[174..678], BEST) > 400, "the only score is the best one");
    assert_eq!(count(&picture[174..678], LINE), 0, "one point makes no line");
}

#[test]
fn every_datum_changes_the_picture() {
    let before = draw(&[training(0, 105, [5, 2, 1, 0]), training(1, 150, [2, 2, 2, 2])], &RU);
    for changed in [
        training(2, 150, [2, 2, 2, 2]),
        training(1, 151, [2, 2, 2, 2]),
        training(1, 150, [2, 3, 2, 1]),
    ] {
        assert_ne!(draw(&[training(0, 105, [5, 2, 1, 0]), changed], &RU), before, "{changed:?}");
    }
}

#[test]
fn the_scale_is_the_callers() {
    // The left edge of the upper panel, from above, without the grid lines and what blurs them.
    let bands = |scale: &ChartScale<'_>| {
        let picture = draw_on(scale, &[training(0, 3, [1, 1, 0, 0])], &RU);
        let edge: Vec<_> = picture[174..678].iter().map(|row| row[120]).collect();
        let runs = edge.chunk_by(|a, b| a == b).filter(|run| run.len() > 4);
        runs.map(|run| (run[0][0], run.len())).collect::<Vec<_>>()
    };
    let two = ChartScale { rank_bounds: &[3], max_score: 12, max_questions: 4 };
    let shades = |bands: &[(u8, usize)]| bands.iter().map(|band| band.0).collect::<Vec<_>>();
    assert_eq!(shades(&bands(&two)), [0xFF, 0xD0, 0xE7]);
    assert_eq!(shades(&bands(&SCALE)), [0xFF, 0xD0, 0xDB, 0xE7, 0xF3]);
    let heights: Vec<_> = bands(&two).iter().map(|band| band.1).collect();
    assert!(heights[1].abs_diff(3 * heights[2]) < 12, "{heights:?}");

    let of_old_bot = [training(0, 500, [20, 0, 0, 0])];
    let wide = ChartScale { max_score: 500, max_questions: 20, ..SCALE };
    let ranks_end = |scale: &ChartScale<'_>| {
        let picture = draw_on(scale, &of_old_bot, &RU);
        picture[174..].iter().position(|row| row[120] != [0xFF; 3]).unwrap()
    };
    assert!(ranks_end(&SCALE) > ranks_end(&wide) + 200, "as high as the scores, ranks as given");
}

#[test]
fn the_last_trainings_are_drawn_when_there_are_many() {
    let all: Vec<ChartPoint> = (0..200)
        .map(|day| training(day, 100 + u32::try_from(day % 90).unwrap(), [3, 3, 2, 2]))
        .collect();
    let picture = draw(&all, &RU);
    let shown = usize::from(TRAININGS_SHOWN);
    assert_eq!(picture, draw(&all[200 - shown..], &RU));
    // Thirty bars, told apart by white between them.
    let row = &picture[1100];
    let light_blue = [0x8E, 0xC7, 0xEE];
    let bars = row.windows(2).filter(|pair| pair[0] != light_blue && pair[1] == light_blue).count();
    assert_eq!(bars, shown);
}

#[test]
fn a_text_changes_its_own_line_only_and_stays_in_the_picture() {
    let points = [training(0, 105, [5, 2, 1, 0])];
    let long = "Ваши тренировки по методике за всё время, от первой и до самой последней";
    let before = draw(&points, &RU);
    let after = draw(&points, &ChartTexts { title: long, ..RU });

    let changed: Vec<usize> = (0..before.len()).filter(|row| before[*row] != after[*row]).collect();
    assert!(changed.iter().all(|row| (30..110).contains(row)), "{changed:?}");
    assert!(changed.len() > 20, "{changed:?}");
    assert!(after[30..110].iter().all(|row| row[1044..].iter().all(|pixel| *pixel == [255; 3])));
}

#[test]
fn the_fonts_hold_every_letter_of_both_languages() {
    use ab_glyph::{Font, FontRef, GlyphId};

    for file in [canvas::REGULAR, canvas::BOLD] {
        let font = FontRef::try_from_slice(file).unwrap();
        for letter in ('А'..='я').chain('!'..='~').chain("ёЁ«»—–…№₽’".chars()) {
            assert_ne!(font.glyph_id(letter), GlyphId(0), "{letter}");
        }
    }
}

#[test]
fn a_day_is_named_once_and_dates_have_room() {
    let same_day: Vec<ChartPoint> = (0..5).map(|_| training(0, 100, [5, 0, 0, 0])).collect();
    assert_eq!(written_dates(&same_day, "%d.%m").unwrap(), [(0, "02.03".to_owned())]);

    for trainings in 1..=30 {
        let points: Vec<ChartPoint> =
            (0..trainings).map(|day| training(day, 100, [5, 0, 0, 0])).collect();
        let dates = written_dates(&points, "%-d %b").unwrap();
        assert!((1..=DATES_WRITTEN).contains(&dates.len()), "{trainings}: {dates:?}");
    }
}

#[test]
fn what_cannot_be_drawn_is_an_error() {
    assert!(matches!(progress(&[], &SCALE, &RU), Err(ChartError::Nothing)));
    let texts = ChartTexts { date_format: "%Q", ..RU };
    let points = [training(0, 105, [5, 2, 1, 0])];
    assert!(matches!(progress(&points, &SCALE, &texts), Err(ChartError::DateFormat)));
}
