//! Where things are measured: the programs, a folder for their data, and starting them.

use std::collections::BTreeMap;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use crate::Failure;
use crate::database::{Database, Engine};
use crate::load::output;
use crate::postgres::Cluster;
use crate::server::{Server, free_port};

/// Connections that the service keeps to PostgreSQL, and pgbench too.
pub(crate) const CONNECTIONS: u32 = 64;

/// Users in every database, growth apart.
pub(crate) const USERS: u32 = 100_000;

const PYTHON: &str = "Debian: apt-get install python3-venv";

/// The service, running, and the key of its bot.
#[derive(Debug)]
pub(crate) struct Service {
    pub(crate) server: Server,
    pub(crate) key: String,
}

/// Everything that measurements share.
#[derive(Debug)]
pub(crate) struct Lab {
    /// Where cargo puts programs.
    bin: PathBuf,
    cluster: Option<Cluster>,
    /// How everything that was measured is set, by its name.
    pub(crate) settings: BTreeMap<&'static str, String>,
    /// Databases and logs; removed at the end.
    folder: TempDir,
    number: u32,
}

impl Lab {
    /// Builds what is measured, and makes a folder in `data`, which has to be on a real disk.
    ///
    /// # Errors
    /// The build fails, or the folder cannot be made.
    pub(crate) async fn open(data: &Path) -> Result<Self, Failure> {
        let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
        // One by one, as a user builds them: together each would get the other's features.
        for what in [&["-p", "service"][..], &["-p", "bench", "--bin", "echo"]] {
            let mut build = Command::new(&cargo);
            build.args(["build", "--quiet", "--release"]).args(what).current_dir(crate::folder());
            if !build.status()?.success() {
                return Err("What is to be measured cannot be built; cargo said why.".into());
            }
        }
        let program = std::env::current_exe()?;
        let bin = program.parent().ok_or("This program is in no folder.")?.to_owned();
        // The system user of PostgreSQL has to get through.
        let folder = tempfile::Builder::new()
            .prefix("spin-bench-")
            .permissions(Permissions::from_mode(0o711))
            .tempdir_in(data)
            .map_err(|error| format!("No folder can be made in {}: {error}.", data.display()))?;
        Ok(Self { bin, cluster: None, settings: BTreeMap::new(), folder, number: 0 })
    }

    /// A name that nothing in the folder has.
    pub(crate) fn path(&mut self, what: &str) -> PathBuf {
        self.number += 1;
        self.folder.path().join(format!("{what}_{}", self.number))
    }

    /// The cluster, started by the first who asks.
    ///
    /// # Errors
    /// It does not start.
    pub(crate) async fn cluster(&mut self) -> Result<&Cluster, Failure> {
        if self.cluster.is_none() {
            let (data, log) = (self.path("postgres"), self.path("log"));
            let cluster = Cluster::start(&data, &log).await?;
            self.settings.insert("PostgreSQL", cluster.settings.clone());
            self.cluster = Some(cluster);
        }
        self.cluster.as_ref().ok_or_else(|| "PostgreSQL was not started.".into())
    }

    /// A new database without tables.
    ///
    /// # Errors
    /// PostgreSQL's.
    pub(crate) async fn database(&mut self, engine: Engine) -> Result<Database, Failure> {
        let path = self.path("data");
        if engine == Engine::Sqlite {
            return Ok(Database::Sqlite(path));
        }
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let cluster = self.cluster().await?;
        let server = Database::Postgres(cluster.url("postgres"));
        server.run(format!("CREATE DATABASE {name}")).await?;
        Ok(Database::Postgres(cluster.url(&name)))
    }

    /// Removes a database that nobody uses any more.
    ///
    /// # Errors
    /// The system's, or PostgreSQL's.
    pub(crate) async fn remove(&mut self, database: Database) -> Result<(), Failure> {
        match database {
            Database::Sqlite(file) => {
                for end in ["", "-wal", "-shm"] {
                    let _ = fs::remove_file(format!("{}{end}", file.display()));
                }
            }
            Database::Postgres(url) => {
                let name = url.rsplit('/').next().unwrap_or_default();
                let server = Database::Postgres(self.cluster().await?.url("postgres"));
                server.run(format!("DROP DATABASE {name} WITH (FORCE)")).await?;
            }
        }
        Ok(())
    }

    /// The program of the service, on this database.
    fn service_command(&self, database: &Database) -> Command {
        let mut command = Command::new(self.bin.join("service"));
        command
            .current_dir(self.folder.path())
            .env("DATABASE_URL", database.url())
            .env("SERVICE__LOG", "warn")
            .env("SERVICE__METRICS_LISTEN", "127.0.0.1:0");
        if database.engine() == Engine::Postgres {
            command.env("SERVICE__DATABASE__MAX_CONNECTIONS", CONNECTIONS.to_string());
        }
        command
    }

    /// Makes the schema of the service.
    ///
    /// # Errors
    /// The service's.
    pub(crate) async fn migrate(&self, database: &Database) -> Result<(), Failure> {
        let mut migrate = self.service_command(database);
        migrate.arg("migrate");
        output(migrate.into(), "service", "It should have been built").await.map(drop)
    }

    /// Serves the database, which is made if there is none.
    ///
    /// # Errors
    /// It does not start.
    pub(crate) async fn serve(&mut self, database: &Database) -> Result<Server, Failure> {
        let port = free_port()?;
        let mut command = self.service_command(database);
        command.env("SERVICE__LISTEN", format!("127.0.0.1:{port}"));
        let settings = format!(
            "as it comes, with SERVICE__LOG=warn and, on PostgreSQL, \
             SERVICE__DATABASE__MAX_CONNECTIONS={CONNECTIONS}; a bot's key from the database"
        );
        self.settings.insert("service", settings);
        Server::start(command, port, "/readyz", &self.path("log")).await
    }

    /// Serves the database, with a key for its bot.
    ///
    /// # Errors
    /// The service's.
    pub(crate) async fn service(&mut self, database: &Database) -> Result<Service, Failure> {
        let mut create = self.service_command(database);
        create.args(["keys", "create", "--bot", "spin_bot"]);
        let key = output(create.into(), "service", "It should have been built").await?;
        Ok(Service { server: self.serve(database).await?, key: key.trim().to_owned() })
    }

    /// # Errors
    /// It does not start.
    pub(crate) async fn echo(&mut self) -> Result<Server, Failure> {
        let port = free_port()?;
        let mut command = Command::new(self.bin.join("echo"));
        command.arg(port.to_string());
        let settings = "axum and serde_json, Json<Value> in and out, axum::serve, no middleware";
        self.settings.insert("echo", settings.to_owned());
        Server::start(command, port, "/readyz", &self.path("log")).await
    }

    /// The old stack with as many users, on a database of its own.
    ///
    /// # Errors
    /// Its packages cannot be installed, or it does not start.
    pub(crate) async fn old_stack(
        &mut self,
        engine: Engine,
    ) -> Result<(Server, Database), Failure> {
        let venv = self.venv().await?;
        let database = self.database(engine).await?;
        let python = |program: &str| {
            let mut command = Command::new(venv.join("bin").join(program));
            command.current_dir(crate::folder().join("peers/python"));
            command.env("DATABASE_URL", database.sqlalchemy_url());
            command.env("PYTHONDONTWRITEBYTECODE", "1");
            command
        };
        let mut fill = python("python");
        fill.args(["old_stack.py", &USERS.to_string()]);
        output(fill.into(), "old_stack.py", PYTHON).await?;
        let port = free_port()?;
        let cores = std::thread::available_parallelism()?.to_string();
        let flags = ["--workers", &cores, "--loop", "uvloop", "--http", "httptools"];
        let mut uvicorn = python("uvicorn");
        uvicorn.args(["--factory", "old_stack:app", "--port", &port.to_string()]);
        uvicorn.args(flags).args(["--no-access-log", "--log-level", "warning"]);
        let log = self.path("log");
        let server = Server::start(uvicorn, port, "/readyz", &log).await?;
        let url = format!("{}/settings", server.base);
        let said = process::http::client().get(url).send().await?.text().await?;
        let name = match engine {
            Engine::Sqlite => "old stack, SQLite",
            Engine::Postgres => "old stack, PostgreSQL",
        };
        let settings = format!("uvicorn {} --no-access-log; {said}", flags.join(" "));
        self.settings.insert(name, settings);
        Ok((server, database))
    }

    /// PocketBase on this folder.
    ///
    /// # Errors
    /// It cannot be installed, or does not start.
    pub(crate) async fn pocketbase(&mut self, data: &Path) -> Result<Server, Failure> {
        let program = self.venv().await?.join("bin/pocketbase");
        let mut version = Command::new(&program);
        version.arg("--version");
        let version = output(version.into(), "pocketbase", PYTHON).await?;
        self.settings.insert("PocketBase", format!("{}, as it comes", version.trim()));
        let port = free_port()?;
        let mut command = Command::new(program);
        command.arg("serve").arg(format!("--http=127.0.0.1:{port}"));
        command.arg(format!("--dir={}", data.display()));
        Server::start(command, port, "/api/health", &self.path("log")).await
    }

    /// The Python packages, kept between runs for as long as the list of them stays.
    async fn venv(&self) -> Result<PathBuf, Failure> {
        let requirements = crate::folder().join("peers/python/requirements.txt");
        let venv = self.bin.join("bench-venv");
        let installed = venv.join("requirements.txt");
        let wanted = fs::read(&requirements)?;
        if fs::read(&installed).is_ok_and(|installed| installed == wanted) {
            return Ok(venv);
        }
        let mut make = Command::new("python3");
        make.args(["-m", "venv", "--clear"]).arg(&venv);
        output(make.into(), "python3", PYTHON).await?;
        let mut install = Command::new(venv.join("bin/pip"));
        install.args(["install", "--quiet", "--requirement"]).arg(&requirements);
        output(install.into(), "pip", PYTHON).await?;
        fs::write(installed, wanted)?;
        Ok(venv)
    }
}
