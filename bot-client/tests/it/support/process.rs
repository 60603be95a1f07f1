//! Processes whose logs are read, and which end with the story.

use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use tokio::io::{AsyncBufReadExt, AsyncRead, BufReader};
use tokio::process::{Child, Command};
use tokio::sync::watch;

use super::SECRETS;

/// For so long a story waits for a line of a log, or an end.
const PATIENCE: Duration = Duration::from_secs(120);

/// A command with nothing of this process's environment but what lets it run.
pub(crate) fn command(program: &Path) -> Command {
    let mut command = Command::new(program);
    let passed = ["PATH", "LD_LIBRARY_PATH"].map(|name| (name, std::env::var_os(name)));
    command.env_clear().envs(passed.into_iter().filter_map(|(name, value)| Some((name, value?))));
    command
}

pub(crate) struct Process {
    child: Child,
    log: watch::Receiver<String>,
}

impl Process {
    pub(crate) fn start(command: &mut Command) -> Self {
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.kill_on_drop(true).spawn().unwrap();
        let (sender, log) = watch::channel(String::new());
        let sender = Arc::new(sender);
        tokio::spawn(follow(child.stdout.take().unwrap(), Arc::clone(&sender)));
        tokio::spawn(follow(child.stderr.take().unwrap(), sender));
        Self { child, log }
    }

    /// Waits for a line with this in it.
    pub(crate) async fn line(&self, part: &str) -> String {
        let find = |log: &str| log.lines().find(|line| line.contains(part)).map(str::to_owned);
        let mut log = self.log.clone();
        let found = log.wait_for(|log| find(log).is_some());
        match tokio::time::timeout(PATIENCE, found).await {
            Ok(Ok(log)) => find(&log).unwrap(),
            _ => panic!("the log never says {part:?}"),
        }
    }

    /// What it has printed so far.
    pub(crate) fn log(&self) -> String {
        self.log.borrow().clone()
    }

    /// Sends a signal, such as `-TERM`.
    pub(crate) fn signal(&self, signal: &str) {
        let id = self.child.id().expect("it has ended").to_string();
        let status = std::process::Command::new("kill").args([signal, &id]).status();
        assert!(status.unwrap().success());
    }

    pub(crate) async fn kill(&mut self) {
        self.child.kill().await.unwrap();
    }

    pub(crate) async fn ended(&mut self) -> ExitStatus {
        tokio::time::timeout(PATIENCE, self.child.wait()).await.expect("it goes on").unwrap()
    }
}

/// No story lets a secret into a log, or lacks a text. A story that fails shows the logs' ends.
impl Drop for Process {
    #[expect(clippy::print_stderr, reason = "it says why a story failed")]
    fn drop(&mut self) {
        let log = self.log.borrow();
        if std::thread::panicking() {
            let quiet = ["\"DEBUG\"", "\"setting\"", "\"answered\""];
            let told = |line: &&str| quiet.iter().all(|part| !line.contains(part));
            let lines: Vec<_> = log.lines().filter(told).collect();
            let last = lines.len().saturating_sub(40);
            return eprintln!("the end of a log:\n{}\n", lines[last..].join("\n"));
        }
        let wrong = SECRETS.into_iter().chain(["a text is missing", "a text lacks a value"]);
        for part in wrong {
            let line = log.lines().find(|line| line.contains(part));
            assert_eq!(line, None, "{part} may not be in a log");
        }
    }
}

async fn follow(from: impl AsyncRead + Unpin, log: Arc<watch::Sender<String>>) {
    let mut lines = BufReader::new(from).lines();
    while let Ok(Some(line)) = lines.next_line().await {
        log.send_modify(|log| {
            log.push_str(&line);
            log.push('\n');
        });
    }
}

/// A program of the workspace beside this test's own. `cargo test --workspace` builds it; where it
/// is absent or older than its sources, it is built now.
pub(crate) fn binary(name: &str, build: &[&str], sources: &[&str]) -> PathBuf {
    let folder = Path::new(env!("CARGO_BIN_EXE_bot-client")).parent().unwrap();
    let path = folder.join(name);
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let newest = sources.iter().map(|source| newest(&root.join(source))).max();
    let built = path.metadata().and_then(|file| file.modified()).ok();
    if built < newest {
        let mut cargo = std::process::Command::new(env!("CARGO"));
        cargo.current_dir(root).arg("build").args(build);
        if folder.ends_with("release") {
            cargo.arg("--release");
        }
        let built = cargo.status().is_ok_and(|status| status.success());
        assert!(built, "the tests need {}, and {cargo:?} failed", path.display());
    }
    path
}

/// When the newest file in a folder was changed.
fn newest(folder: &Path) -> SystemTime {
    let entries = folder.read_dir().unwrap().map(|entry| entry.unwrap().path());
    let times = entries.map(|path| match path.is_dir() {
        true => newest(&path),
        false => path.metadata().and_then(|file| file.modified()).unwrap(),
    });
    times.max().unwrap_or(SystemTime::UNIX_EPOCH)
}
