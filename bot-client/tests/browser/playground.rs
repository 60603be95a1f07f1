//! `playground.sh`: it starts everything, says where, and stops everything.

use std::io::{BufRead, BufReader};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};

/// The running script.
pub(crate) struct Playground {
    script: Child,
    /// Where the page is.
    pub(crate) url: String,
    /// Of service, bot and simulator.
    listens: [SocketAddr; 3],
}

impl Playground {
    pub(crate) fn start() -> Self {
        let listens = free_addresses();
        let mut script = script(listens).spawn().unwrap();
        let mut lines = BufReader::new(script.stdout.take().unwrap()).lines();
        let ready = lines.find_map(|line| line.unwrap().strip_prefix("Ready: open ").map(url));
        // What comes later must not fill the pipe.
        std::thread::spawn(move || lines.count());
        let Some(url) = ready else { panic!("playground.sh ended: {}", script.wait().unwrap()) };
        Self { script, url, listens }
    }

    /// The service's address.
    pub(crate) fn service(&self) -> SocketAddr {
        self.listens[0]
    }

    /// Ends the script with a signal, such as `-TERM`; nothing answers any more.
    pub(crate) fn stop(mut self, signal: &str) -> ExitStatus {
        self.signal(signal);
        let status = self.script.wait().unwrap();
        for address in self.listens {
            assert!(TcpStream::connect(address).is_err(), "{address} still answers");
        }
        status
    }

    fn signal(&self, signal: &str) {
        let id = self.script.id().to_string();
        assert!(Command::new("kill").args([signal, &id]).status().unwrap().success());
    }
}

impl Drop for Playground {
    fn drop(&mut self) {
        if let Ok(None) = self.script.try_wait() {
            self.signal("-TERM");
            let _ = self.script.wait();
        }
    }
}

/// The first word.
fn url(rest: &str) -> String {
    rest.split(' ').next().unwrap_or_default().to_owned()
}

fn free_addresses() -> [SocketAddr; 3] {
    // All are held until each is known: no two are the same.
    let listeners = [(); 3].map(|()| TcpListener::bind("127.0.0.1:0").unwrap());
    listeners.map(|listener| listener.local_addr().unwrap())
}

/// The script with the programs that were built with this test.
fn script([service, bot, simulator]: [SocketAddr; 3]) -> Command {
    let built = Path::new(env!("CARGO_BIN_EXE_bot-client")).parent().unwrap();
    for name in ["service", "telegram-sim"] {
        let path = built.join(name);
        assert!(path.exists(), "{} is not built: run cargo test --workspace", path.display());
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut command = Command::new(root.join("playground.sh"));
    command
        .env("PLAYGROUND_BIN", built)
        .env("SERVICE__LISTEN", service.to_string())
        .env("SERVICE__METRICS_LISTEN", "127.0.0.1:0")
        .env("BOT__LISTEN", bot.to_string())
        .env("BOT__METRICS_LISTEN", "127.0.0.1:0")
        .env("SIM__LISTEN", simulator.to_string())
        .stdout(Stdio::piped());
    command
}

#[test]
fn a_signal_stops_everything() {
    for (signal, code) in [("-INT", 130), ("-TERM", 143)] {
        assert_eq!(Playground::start().stop(signal).code(), Some(code), "{signal}");
    }
}

#[test]
fn a_taken_port_is_named_and_stops_everything() {
    for (taken, setting) in [(0, "SERVICE__LISTEN"), (1, "BOT__LISTEN"), (2, "SIM__LISTEN")] {
        let listens = free_addresses();
        let _other = TcpListener::bind(listens[taken]).unwrap();
        let output = script(listens).stderr(Stdio::piped()).output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{said}");
        let sentence = format!("{} cannot be listened on", listens[taken]);
        assert!(said.contains(&sentence) && said.contains(setting), "{said}");
        for (number, address) in listens.into_iter().enumerate() {
            let answers = TcpStream::connect(address).is_ok();
            assert_eq!(answers, number == taken, "{address}");
        }
    }
}
