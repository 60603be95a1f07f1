//! What things cost as the number of users grows.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::database::{Database, Engine, TRAINED};
use crate::idle::SETTLED;
use crate::lab::{Lab, Service};
use crate::load::{Load, Sample};
use crate::report::{Comparison, Reach, Row, Subject, median, number};
use crate::{Failure, How};

const SIZES: [u32; 4] = [10_000, 100_000, 1_000_000, 10_000_000];

/// Trainings of the one user whose history is paged through.
const TRAININGS: u32 = 10_000;

/// The longest that one in a hundred ranks or boards may take, in milliseconds.
const LIMIT: f64 = 5.0;

/// Users whose rank is compared with a count.
const CHECKS: u32 = 10;

/// A rank that is off for longer is wrong.
const EXACT_LIMIT: Duration = Duration::from_secs(600);

/// Some 800 requests per second at most, so that waiting for the processor is not what is measured.
const ADDING_XP: (&str, u32, Duration) = ("xp", 8, Duration::from_millis(10));
const READING: (u32, Duration) = (4, Duration::from_millis(5));

/// Costs at one size.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Size {
    pub(crate) engine: Engine,
    pub(crate) users: u32,
    /// Milliseconds of each round: p50 and p99.
    pub(crate) rank: Vec<[f64; 2]>,
    /// Of the top 100, likewise.
    pub(crate) top: Vec<[f64; 2]>,
    /// XP added per second meanwhile.
    pub(crate) xp_per_second: f64,
    /// How far a rank was from `count(*)` at most, while XP was added.
    pub(crate) off: i64,
    /// Until every rank was exact again, in seconds.
    pub(crate) exact_after: f64,
    /// Milliseconds for a page of 100 trainings: of the first and of the last ten pages.
    pub(crate) pages: [f64; 2],
    pub(crate) start_ms: f64,
    pub(crate) idle_mib: f64,
    pub(crate) disk_mib: f64,
}

/// Measures every size up to the largest.
///
/// # Errors
/// Something does not start, or answers with errors.
pub(crate) async fn measure(
    engine: Engine,
    largest: u32,
    lab: &mut Lab,
    how: How,
) -> Result<(Vec<Row>, Vec<Size>), Failure> {
    let mut sizes = Vec::new();
    for users in SIZES.into_iter().filter(|users| *users <= largest) {
        eprintln!("{engine}: {users} users");
        let database = lab.database(engine).await?;
        lab.migrate(&database).await?;
        database.fill(users, false).await?;
        database.add_trainings(TRAININGS).await?;
        sizes.push(Size::measure(users, &database, lab, how).await?);
        lab.remove(database).await?;
    }
    let rows = match sizes.as_slice() {
        [smallest, .., largest] => {
            vec![
                row("rank", smallest, largest, |size| &size.rank),
                row("top 100", smallest, largest, |size| &size.top),
            ]
        }
        _ => Vec::new(),
    };
    Ok((rows, sizes))
}

fn row(what: &str, smallest: &Size, largest: &Size, of: fn(&Size) -> &Vec<[f64; 2]>) -> Row {
    let p99 = |size| of(size).iter().map(|[_, p99]| *p99).collect::<Vec<_>>();
    let (ours, limit) = (p99(largest), vec![LIMIT; of(largest).len()]);
    let Size { engine, users, .. } = largest;
    let name = format!("{what}-{engine}").to_lowercase().replace(' ', "-");
    let work = format!("p99 of {what}, {users} users, XP being added, {engine}");
    Row {
        subjects: vec![
            Subject::new("service", &ours),
            Subject::new(&format!("with {} users", smallest.users), &p99(smallest)),
            Subject::new("limit", &limit),
        ],
        comparisons: vec![Comparison::new("limit", &ours, &limit, Reach::AtMost(1.0))],
        ..Row::new(&name, &work, "ms")
    }
}

impl Size {
    async fn measure(
        users: u32,
        database: &Database,
        lab: &mut Lab,
        how: How,
    ) -> Result<Self, Failure> {
        let service = lab.service(database).await?;
        tokio::time::sleep(SETTLED).await;
        let mut size = Self {
            engine: database.engine(),
            users,
            rank: Vec::new(),
            top: Vec::new(),
            xp_per_second: 0.0,
            off: 0,
            exact_after: 0.0,
            pages: [0.0, 0.0],
            start_ms: service.server.started_in.as_secs_f64() * 1e3,
            idle_mib: service.server.memory()?.now,
            disk_mib: database.size().await?,
        };
        let mut rates = Vec::new();
        for round in 0..=how.rounds {
            let (rank, top, xp) = under_load(users, &service, how.seconds).await?;
            // The first warms up.
            if round > 0 {
                size.rank.push([rank.p50, rank.p99]);
                size.top.push([top.p50, top.p99]);
                rates.push(xp.per_second);
            }
        }
        size.xp_per_second = median(&rates);
        let (kind, clients, pause) = ADDING_XP;
        let xp = Load { kind, clients, users, pause };
        let (added, off) = tokio::join!(
            xp.run(&service.server.base, &service.key, how.seconds),
            farthest_off(users, &service, database),
        );
        added?;
        size.off = off?;
        let begun = Instant::now();
        while farthest_off(users, &service, database).await? > 0 {
            if begun.elapsed() > EXACT_LIMIT {
                return Err(format!("Ranks among {users} users do not become exact.").into());
            }
        }
        size.exact_after = begun.elapsed().as_secs_f64();
        size.pages = pages(&service).await?;
        Ok(size)
    }

    /// As Markdown.
    pub(crate) fn table(sizes: &[Self]) -> String {
        let mut text =
            "| users | rank p50, p99 | top 100 p50, p99 | XP meanwhile | rank off by at most, \
             exact after | history page, first and 100th | start | idle | disk |\n\
             | --- | --- | --- | --- | --- | --- | --- | --- | --- |\n"
                .to_owned();
        for size in sizes {
            let ms = |rounds: &[[f64; 2]]| {
                let of =
                    |n: usize| median(&rounds.iter().map(|round| round[n]).collect::<Vec<_>>());
                format!("{}, {} ms", number(of(0)), number(of(1)))
            };
            let _ = writeln!(
                text,
                "| {} {} | {} | {} | {}/s | {}, {} s | {}, {} ms | {} ms | {} MiB | {} MiB |",
                size.engine,
                size.users,
                ms(&size.rank),
                ms(&size.top),
                number(size.xp_per_second),
                size.off,
                number(size.exact_after),
                number(size.pages[0]),
                number(size.pages[1]),
                number(size.start_ms),
                number(size.idle_mib),
                number(size.disk_mib),
            );
        }
        text
    }
}

/// Ranks, then the top 100, while XP is being added.
async fn under_load(
    users: u32,
    service: &Service,
    seconds: u32,
) -> Result<(Sample, Sample, Sample), Failure> {
    let run = async |kind, clients, pause, seconds| {
        let sample = Load { kind, clients, users, pause }
            .run(&service.server.base, &service.key, seconds)
            .await?;
        if sample.errors > 0 {
            let (errors, said) = (sample.errors, service.server.said());
            let problem = format!("{errors} requests of the kind {kind} failed. The service says:");
            return Err(format!("{problem}\n{said}").into());
        }
        Ok::<_, Failure>(sample)
    };
    let (kind, clients, pause) = ADDING_XP;
    let (readers, reader_pause) = READING;
    let (xp, read) = tokio::join!(run(kind, clients, pause, 2 * seconds), async {
        let rank = run("rank", readers, reader_pause, seconds).await?;
        let top = run("top", readers, reader_pause, seconds).await?;
        Ok::<_, Failure>((rank, top))
    });
    let (rank, top) = read?;
    Ok((rank, top, xp?))
}

/// How far a rank is from what counting gives, at most. Others' XP only rises, so that a right one
/// lies between the counts before and after it.
async fn farthest_off(users: u32, service: &Service, database: &Database) -> Result<i64, Failure> {
    let mut farthest = 0;
    for check in 0..CHECKS {
        // From all over the board: XP does not go by the id.
        let id = 1 + users / CHECKS * check;
        let count = format!(
            "SELECT 1 + count(*) FROM users WHERE total_xp >
                 (SELECT total_xp FROM users WHERE telegram_id = {id})"
        );
        let before = database.numbers(&count).await?;
        let answer = get(service, &format!("/v1/users/{id}/rank")).await?;
        let rank = answer["rank"].as_i64().ok_or("A rank is no number.")?;
        let xp = answer["total_xp"].as_i64().ok_or("XP is no number.")?;
        let count = format!("SELECT 1 + count(*) FROM users WHERE total_xp > {xp}");
        let after = database.numbers(&count).await?;
        farthest = farthest.max(before[0] - rank).max(rank - after[0]);
    }
    Ok(farthest)
}

/// Pages through all trainings of one user.
async fn pages(service: &Service) -> Result<[f64; 2], Failure> {
    let (mut times, mut cursor) = (Vec::new(), String::new());
    loop {
        let begun = Instant::now();
        let path = format!("/v1/users/{TRAINED}/trainings?limit=100{cursor}");
        let page = get(service, &path).await?;
        times.push(begun.elapsed().as_secs_f64() * 1e3);
        let Some(next) = page["next_cursor"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    if times.len() < 100 {
        return Err(format!("The history has only {} pages.", times.len()).into());
    }
    Ok([median(&times[..10]), median(&times[times.len() - 10..])])
}

async fn get(service: &Service, path: &str) -> Result<Value, Failure> {
    let url = format!("{}{path}", service.server.base);
    let request = process::http::client().get(url).bearer_auth(&service.key);
    let answer = request.send().await?.error_for_status()?;
    Ok(serde_json::from_slice(&answer.bytes().await?)?)
}
