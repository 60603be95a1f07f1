//! Requests per second, side by side.

use std::time::Duration;

use crate::contests::{Contest, Peer, old_stack_floor};
use crate::database::Database;
use crate::lab::{CONNECTIONS, Lab, Service, USERS};
use crate::load::{Load, Sample};
use crate::report::{Comparison, Reach, Row, Subject, median};
use crate::server::Server;
use crate::{Failure, How, postgres};

/// Rounds that may be void before a row is.
const VOID_ROUNDS: u32 = 2;

/// XP that each request of the kind `xp` adds.
const XP: i64 = 10;

/// The user of a load with one user.
const HOT: i64 = 1;

/// Everybody who is measured, running.
struct Stage {
    /// The service first.
    contenders: Vec<Contender>,
    servers: Vec<Server>,
    databases: Vec<Database>,
}

struct Contender {
    name: &'static str,
    /// None for the service.
    reach: Option<f64>,
    work: Work,
    samples: Vec<Sample>,
}

enum Work {
    /// So many `calls` make one.
    Http {
        base: String,
        key: String,
        load: Load<'static>,
        calls: f64,
    },
    Pgbench {
        database: String,
        script: &'static str,
    },
}

/// What the service was asked in warm-up and rounds.
struct Asked {
    runs: u32,
    void: u32,
    answered: u64,
}

/// Measures everybody in turn, round after round.
///
/// # Errors
/// Something does not start, too many rounds had errors, or totals are wrong.
pub(crate) async fn measure(contest: &Contest, lab: &mut Lab, how: How) -> Result<Row, Failure> {
    let database = lab.database(contest.engine).await?;
    lab.migrate(&database).await?;
    database.fill(USERS, true).await?;
    let xp_before = total_xp(&database).await?;
    let mut stage = Stage::set(contest, lab, how, database.clone()).await?;
    let asked = stage.run(contest, lab, how).await?;
    // The service finishes what was on its way when the load ended.
    stage.servers.clear();
    let (comparisons, mut notes) = stage.comparisons(contest);
    if asked.void > 0 {
        notes.push(format!("{} rounds had errors and do not count", asked.void));
    }
    if contest.users == 1 {
        let earned = total_xp(&database).await? - xp_before;
        notes.push(check_ledger(&database, contest, earned, &asked).await?);
    }
    for database in stage.databases {
        lab.remove(database).await?;
    }
    let subject = |contender: &Contender| Subject::of_samples(contender.name, &contender.samples);
    let subjects = stage.contenders.iter().map(subject).collect();
    Ok(Row { subjects, comparisons, notes, ..Row::new(contest.name, contest.work, "/s") })
}

impl Stage {
    async fn set(
        contest: &Contest,
        lab: &mut Lab,
        how: How,
        database: Database,
    ) -> Result<Self, Failure> {
        let Service { server, key } = lab.service(&database).await?;
        let http = |server: &Server, kind, users, calls| Work::Http {
            base: server.base.clone(),
            key: key.clone(),
            load: Load { kind, clients: contest.clients, users, pause: Duration::ZERO },
            calls,
        };
        let contender = |name, reach, work| Contender { name, reach, work, samples: Vec::new() };
        let mine = http(&server, contest.kind, contest.users, 1.0);
        let mut stage = Self {
            contenders: vec![contender("service", None, mine)],
            servers: Vec::new(),
            databases: vec![database],
        };
        for (peer, reach) in contest.against {
            let work = match peer {
                Peer::OldStack if how.quick => continue,
                Peer::OldStack => {
                    let (old_stack, its) = lab.old_stack(contest.engine).await?;
                    let work = http(&old_stack, contest.kind, USERS, 1.0);
                    stage.servers.push(old_stack);
                    stage.databases.push(its);
                    work
                }
                Peer::Echo => {
                    let echo = lab.echo().await?;
                    let work = http(&echo, "put", USERS, 1.0);
                    stage.servers.push(echo);
                    work
                }
                Peer::Pgbench => {
                    lab.settings.insert("pgbench", postgres::pgbench_settings(CONNECTIONS));
                    let url = stage.databases[0].url();
                    let database = url.rsplit('/').next().unwrap_or_default().to_owned();
                    Work::Pgbench { database, script: contest.kind }
                }
                Peer::Parts => http(&server, "parts", USERS, 4.0),
                Peer::ManyUsers => http(&server, contest.kind, USERS, 1.0),
            };
            stage.contenders.push(contender(peer.name(), Some(*reach), work));
        }
        stage.servers.push(server);
        Ok(stage)
    }

    async fn run(&mut self, contest: &Contest, lab: &mut Lab, how: How) -> Result<Asked, Failure> {
        let warm_up = self.round(lab, how.seconds.div_ceil(2)).await?;
        let mut asked = Asked { runs: 1, void: 0, answered: warm_up[0].requests };
        while asked.runs - asked.void <= how.rounds {
            let round = self.round(lab, how.seconds).await?;
            asked.runs += 1;
            asked.answered += round[0].requests;
            if let Some(bad) = round.iter().position(|sample| sample.errors > 0) {
                let (who, errors) = (self.contenders[bad].name, round[bad].errors);
                eprintln!("{}: a round is void: {errors} errors of {who}", contest.name);
                asked.void += 1;
                if asked.void > VOID_ROUNDS {
                    return Err(format!("{} is void: too many errors.", contest.name).into());
                }
                continue;
            }
            for (contender, sample) in self.contenders.iter_mut().zip(round) {
                contender.samples.push(sample);
            }
        }
        Ok(asked)
    }

    async fn round(&self, lab: &mut Lab, seconds: u32) -> Result<Vec<Sample>, Failure> {
        let mut samples = Vec::new();
        for contender in &self.contenders {
            samples.push(contender.work.run(lab, seconds).await?);
        }
        Ok(samples)
    }

    /// The comparisons that count, and why others do not.
    fn comparisons(&self, contest: &Contest) -> (Vec<Comparison>, Vec<String>) {
        let (mut comparisons, mut notes) = (Vec::new(), Vec::new());
        let service = self.contenders[0].rates();
        for contender in &self.contenders {
            let Some(reach) = contender.reach else { continue };
            let rates = contender.rates();
            let floor = old_stack_floor(contest.engine, contest.kind);
            if contender.name == Peer::OldStack.name() && median(&rates) < floor {
                notes.push(format!("void: the old stack did less than {floor}/s, as it once did"));
                continue;
            }
            let reach = Reach::AtLeast(reach);
            comparisons.push(Comparison::new(contender.name, &service, &rates, reach));
        }
        (comparisons, notes)
    }
}

impl Contender {
    fn rates(&self) -> Vec<f64> {
        self.samples.iter().map(|sample| sample.per_second).collect()
    }
}

impl Work {
    async fn run(&self, lab: &mut Lab, seconds: u32) -> Result<Sample, Failure> {
        match self {
            Self::Http { base, key, load, calls } => {
                let mut sample = load.run(base, key, seconds).await?;
                sample.per_second /= calls;
                Ok(sample)
            }
            Self::Pgbench { database, script } => {
                lab.cluster().await?.pgbench(database, script, CONNECTIONS, seconds).await
            }
        }
    }
}

async fn total_xp(database: &Database) -> Result<i64, sqlx::Error> {
    let sql = format!("SELECT total_xp FROM users WHERE telegram_id = {HOT}");
    Ok(database.numbers(&sql).await?.iter().sum())
}

/// That the hot user has what the ledger says, and the ledger every request that was answered, and
/// none that was not sent.
async fn check_ledger(
    database: &Database,
    contest: &Contest,
    earned: i64,
    asked: &Asked,
) -> Result<String, Failure> {
    let sql = format!("SELECT amount FROM xp_events WHERE telegram_id = {HOT}");
    let events = database.numbers(&sql).await?;
    let count = events.len() as u64;
    // One request of each client may be on its way at the end of a run.
    let most = asked.answered + u64::from(contest.clients) * u64::from(asked.runs);
    let is_exact = events.iter().sum::<i64>() == earned
        && events.iter().all(|amount| *amount == XP)
        && (asked.answered..=most).contains(&count);
    let counts = format!(
        "{} requests were answered, the ledger has {count}, the user earned {earned}",
        asked.answered
    );
    if is_exact { Ok(counts) } else { Err(format!("Totals are wrong: {counts}.").into()) }
}
