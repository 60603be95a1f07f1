//! The service behind a pooler that gives each transaction another connection.

use std::io::{Read, Result, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use crate::process::{KEY, Serving, get, refused, service};
use crate::support::new_postgres_database;
use reqwest::{Method, StatusCode};
use serde_json::json;
use sqlx::ConnectOptions;
use sqlx::postgres::{PgConnectOptions, PgSslMode};
use tempfile::TempDir;

/// The server waits for a query, outside of a transaction.
const IDLE: &[u8] = b"Z\0\0\0\x05I";
const DISCARD_ALL: &[u8] = b"Q\0\0\0\x10DISCARD ALL\0";
/// What PgBouncer says, before it hangs up, when it cannot reach its server.
const SERVER_GONE: &[u8] = b"E\0\0\0\x39SFATAL\0VFATAL\0C08P01\0Mserver login has been failing\0\0";
/// The parameters of a connection that PgBouncer takes as it is installed.
const PARAMETERS: [&[u8]; 6] =
    [b"user", b"database", b"application_name", b"client_encoding", b"DateStyle", b"TimeZone"];

/// Passes on what PostgreSQL and its client say. After each transaction the connection forgets
/// what was prepared on it, as if the next transaction were on another one.
fn pooler(server: SocketAddr, is_gone: &Arc<AtomicBool>) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let is_gone = Arc::clone(is_gone);
    thread::spawn(move || {
        for client in listener.incoming() {
            let is_gone = Arc::clone(&is_gone);
            thread::spawn(move || connect(client?, TcpStream::connect(server)?, is_gone));
        }
    });
    address
}

fn connect(mut client: TcpStream, mut server: TcpStream, is_gone: Arc<AtomicBool>) -> Result<()> {
    let startup = message(&mut client, 0)?;
    for name in startup[8..].split(|&byte| byte == 0).step_by(2) {
        assert!(name.is_empty() || PARAMETERS.contains(&name), "{}", name.escape_ascii());
    }
    server.write_all(&startup)?;
    let (mut from, mut to) = (client.try_clone()?, server.try_clone()?);
    thread::spawn(move || {
        loop {
            let asked = message(&mut from, 1)?;
            if is_gone.load(Ordering::SeqCst) {
                from.write_all(SERVER_GONE)?;
                from.shutdown(Shutdown::Both)?;
                return to.shutdown(Shutdown::Both);
            }
            to.write_all(&asked)?;
        }
    });
    loop {
        let answer = message(&mut server, 1)?;
        if answer == IDLE {
            server.write_all(DISCARD_ALL)?;
            while message(&mut server, 1)? != IDLE {}
        }
        client.write_all(&answer)?;
    }
}

/// A message of PostgreSQL's protocol: its type, in so many bytes, its length, and what it says.
fn message(from: &mut TcpStream, type_bytes: usize) -> Result<Vec<u8>> {
    let mut message = vec![0; type_bytes + 4];
    from.read_exact(&mut message)?;
    let length: [u8; 4] = message[type_bytes..].try_into().unwrap();
    message.resize(type_bytes + usize::try_from(u32::from_be_bytes(length)).unwrap(), 0);
    from.read_exact(&mut message[type_bytes + 4..])?;
    Ok(message)
}

#[tokio::test]
async fn a_service_that_knows_of_its_pooler_works_behind_it() {
    let (folder, direct) = (TempDir::new().unwrap(), new_postgres_database().await);
    let options: PgConnectOptions = direct.parse().unwrap();
    let server = format!("{}:{}", options.get_host(), options.get_port());
    let server = tokio::net::lookup_host(server).await.unwrap().next().unwrap();
    let is_gone = Arc::default();
    let pooler = pooler(server, &is_gone);
    let pooled = options.host("127.0.0.1").port(pooler.port()).ssl_mode(PgSslMode::Disable);
    let mut command = service(folder.path());
    command
        .env("DATABASE_URL", pooled.to_url_lossy().as_str())
        .env("SERVICE__DATABASE__MIGRATE_URL", direct)
        .env("SERVICE__BOOTSTRAP__OPERATOR_KEY", KEY);
    refused(&mut command, &["prepared statement", "does not exist"]);

    let serving = Serving::start(command.env("SERVICE__DATABASE__POOLER", "transaction"));
    for (method, path, status) in [
        (Method::PUT, "/v1/users/7", 201),
        (Method::POST, "/v1/users/7/badges", 422),
        (Method::POST, "/v1/users/7/access/consume", 402),
        (Method::DELETE, "/v1/users/7", 204),
        (Method::DELETE, "/v1/users/7", 404),
    ] {
        let request = process::http::client().request(method, format!("{}{path}", serving.base));
        let answer = request.bearer_auth(KEY).json(&json!({})).send().await.unwrap();
        assert_eq!(answer.status(), status, "{path}");
    }
    for path in ["/readyz", "/v1/users", "/v1/levels", "/v1/leaderboard", "/v1/figures"] {
        assert_eq!(get(&serving.base, path, KEY).await.0, StatusCode::OK, "{path}");
    }

    // Its server goes away and comes back.
    is_gone.store(true, Ordering::SeqCst);
    for path in ["/v1/users", "/v1/levels", "/v1/users"] {
        let (status, problem) = get(&serving.base, path, KEY).await;
        assert_eq!((status.as_u16(), &problem["code"]), (503, &json!("database_unavailable")));
    }
    is_gone.store(false, Ordering::SeqCst);
    while get(&serving.base, "/v1/levels", KEY).await.0 != StatusCode::OK {}
}
