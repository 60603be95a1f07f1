//! Start and memory.

use std::time::Duration;

use crate::database::Engine;
use crate::lab::{Lab, USERS};
use crate::load::Load;
use crate::report::{Comparison, Reach, Row, Subject};
use crate::server::Server;
use crate::{Failure, How};

/// Starts are short: so many for each round.
const STARTS: u32 = 4;

/// After this a process has settled.
pub(crate) const SETTLED: Duration = Duration::from_secs(3);

const MEMORY_CLIENTS: u32 = 256;
const MEMORY_LIMIT: f64 = 128.0;

/// From nothing, and again, until the first 200.
///
/// # Errors
/// Something does not start.
pub(crate) async fn starts(lab: &mut Lab, how: How) -> Result<Vec<Row>, Failure> {
    let mut times: [Vec<f64>; 4] = Default::default();
    let ms = |server: &Server| server.started_in.as_secs_f64() * 1e3;
    for _ in 0..how.rounds * STARTS {
        let database = lab.database(Engine::Sqlite).await?;
        let folder = lab.path("pocketbase");
        for warm in [0, 1] {
            times[warm].push(ms(&lab.serve(&database).await?));
            times[2 + warm].push(ms(&lab.pocketbase(&folder).await?));
        }
        lab.remove(database).await?;
        std::fs::remove_dir_all(folder)?;
    }
    let [fresh, warm, its_fresh, its_warm] = times;
    Ok(vec![
        row("start-fresh", "fresh start, SQLite", "ms", (&fresh, &its_fresh), 0.5),
        row("start-warm", "warm start, SQLite", "ms", (&warm, &its_warm), 0.5),
    ])
}

/// What idle processes hold.
///
/// # Errors
/// Something does not start.
pub(crate) async fn idle_memory(lab: &mut Lab, how: How) -> Result<Vec<Row>, Failure> {
    let (mut ours, mut its) = (Vec::new(), Vec::new());
    for _ in 0..how.rounds {
        let database = lab.database(Engine::Sqlite).await?;
        let folder = lab.path("pocketbase");
        let (service, pocketbase) = (lab.serve(&database).await?, lab.pocketbase(&folder).await?);
        tokio::time::sleep(SETTLED).await;
        ours.push(service.memory()?.now);
        its.push(pocketbase.memory()?.now);
        drop(service);
        lab.remove(database).await?;
    }
    Ok(vec![row("memory-idle", "memory, idle, SQLite", "MiB", (&ours, &its), 0.7)])
}

/// The most that the service holds under load.
///
/// # Errors
/// It does not start, or answers with errors.
pub(crate) async fn loaded_memory(lab: &mut Lab, how: How) -> Result<Vec<Row>, Failure> {
    let load = Load { kind: "life", clients: MEMORY_CLIENTS, users: USERS, pause: Duration::ZERO };
    let mut rows = Vec::new();
    for (engine, name, work) in [
        (Engine::Sqlite, "memory-sqlite", "memory, 256 clients, SQLite"),
        (Engine::Postgres, "memory-postgres", "memory, 256 clients, PostgreSQL"),
    ] {
        let database = lab.database(engine).await?;
        lab.migrate(&database).await?;
        database.fill(USERS, true).await?;
        let mut peaks = Vec::new();
        for _ in 0..how.rounds {
            let service = lab.service(&database).await?;
            let sample = load.run(&service.server.base, &service.key, how.seconds).await?;
            if sample.errors > 0 {
                return Err(format!("{name} is void: {} errors.", sample.errors).into());
            }
            peaks.push(service.server.memory()?.peak);
        }
        lab.remove(database).await?;
        let limit = vec![MEMORY_LIMIT; peaks.len()];
        let comparison = Comparison::new("limit", &peaks, &limit, Reach::AtMost(1.0));
        let subjects = vec![Subject::new("service", &peaks), Subject::new("limit", &limit)];
        rows.push(Row { subjects, comparisons: vec![comparison], ..Row::new(name, work, "MiB") });
    }
    Ok(rows)
}

fn row(name: &str, work: &str, unit: &str, (ours, its): (&[f64], &[f64]), most: f64) -> Row {
    Row {
        subjects: vec![Subject::new("service", ours), Subject::new("PocketBase", its)],
        comparisons: vec![Comparison::new("PocketBase", ours, its, Reach::AtMost(most))],
        ..Row::new(name, work, unit)
    }
}
