//! What a server takes in: sealed records with two photos each, over TLS, from many handsets at once; and beside it the same
//! bytes and rows written with nothing in between. `cargo xtask load` runs it.

#[path = "../tests/server/common.rs"]
#[expect(dead_code, reason = "tests need more of it")]
mod common;

use std::path::Path;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use clap::Parser;
use common::{TestHandset, Town, by_proxy};
use futures_util::future::join_all;
use object_store::local::LocalFileSystem;
use object_store::{ObjectStoreExt as _, PutPayload};
use saksi_records::keys::random_bytes;
use saksi_records::wire::Policy;
use saksi_records::{BlobRole, Envelope, FaceTemplate, Record, SealedBlob};
use saksi_server::{Config, Limits, Server};
use serde_json::json;
use sqlx::{Connection as _, Executor as _};

/// Of one photo as handsets take them.
const PHOTO: usize = 120 * 1024;

#[derive(Parser)]
struct Args {
    /// How many records.
    #[arg(long, default_value_t = 500)]
    records: usize,
    /// From how many handsets.
    #[arg(long, default_value_t = 100)]
    handsets: usize,
    /// How many of them send at the same time.
    #[arg(long, default_value_t = 16)]
    at_once: usize,
    /// How many servers share the database.
    #[arg(long, default_value_t = 1)]
    processes: usize,
}

struct Sealed {
    handset: usize,
    blobs: [SealedBlob; 2],
    envelope: Envelope,
}

#[tokio::main]
async fn main() -> Result<()> {
    let args = Args::parse();
    let town = Town::set(Policy::default(), |config| Config {
        limits: Limits { burst: u32::MAX, ..Limits::default() },
        ..config
    })
    .await;
    town.import(&roster(args.records)).await;
    let mut servers: Vec<Server> = Vec::new();
    for _ in 1..args.processes {
        servers.push(town.beside().await);
    }
    let urls: Vec<_> = std::iter::once(&town.server).chain(&servers).map(|it| it.handset_url.clone()).collect();
    let mut handsets = Vec::new();
    for n in 0..args.handsets {
        let mut handset = town.handset(&["R1"]).await;
        handset.ticket.server.clone_from(&urls[n % urls.len()]);
        handsets.push(handset);
    }
    let sealed: Vec<_> = (0..args.records).map(|n| seal(&mut handsets, n)).collect();

    let (heard, listening) = listen(&town).await?;
    let commits_before = saksi_server::commits();
    let begun = Instant::now();
    let sent = send(&args, &handsets, &sealed).await;
    let took = begun.elapsed();
    let commits = saksi_server::commits() - commits_before;
    tokio::time::sleep(Duration::from_secs(1)).await;
    listening.abort();

    let bare = bare(&args, &town, &sealed).await?;
    let per_s = |took: Duration| args.records as f64 / took.as_secs_f64();
    let mut latencies: Vec<_> = sent.latencies.iter().map(|it| it.1).collect();
    let heard = heard.lock().unwrap_or_else(PoisonError::into_inner);
    let mut lags: Vec<Duration> = sent
        .latencies
        .iter()
        .filter_map(|(at, _)| heard.iter().find(|heard| *heard >= at).map(|heard| heard.duration_since(*at)))
        .collect();
    println!(
        "{}",
        json!({
            "records_per_s": per_s(took),
            "p50_ms": at(&mut latencies, 0.5),
            "p99_ms": at(&mut latencies, 0.99),
            "bare_records_per_s": per_s(bare),
            "ratio_to_bare": per_s(took) / per_s(bare),
            "sse_p95_ms": at(&mut lags, 0.95),
            "commits_per_record": commits as f64 / args.records as f64,
            "errors": sent.errors,
        })
    );
    ensure!(sent.errors == 0, "{} records weren't taken in", sent.errors);
    Ok(())
}

fn roster(people: usize) -> String {
    let row = |i: usize| {
        format!("KPM-{i},327301{:02}0370{:04},Penerima {i},Jl. Panjang {i},R1,300000", 1 + i / 9000 % 28, 1 + i % 9000)
    };
    let rows: Vec<String> = (0..people).map(row).collect();
    format!("id,nik,name,address,route,amount\n{}", rows.join("\n"))
}

fn seal(handsets: &mut [TestHandset], n: usize) -> Sealed {
    let which = n % handsets.len();
    let photo = |role| {
        let mut picture = vec![0xff, 0xd8, 0xff, 0xe0];
        while picture.len() < PHOTO {
            picture.extend(random_bytes::<4096>());
        }
        SealedBlob::seal(role, &picture)
    };
    let blobs = [photo(BlobRole::Proxy), photo(BlobRole::Statement)];
    let mut record =
        by_proxy(&format!("KPM-{n}"), 300_000, &format!("327302{:02}0370{:04}", 1 + n / 9000 % 28, 1 + n % 9000));
    if let Record::Proxy(it) = &mut record {
        it.proxy.template = face();
    }
    let envelope = handsets[which].seal(record, &blobs);
    Sealed { handset: which, blobs, envelope }
}

/// Nobody's in particular.
fn face() -> FaceTemplate {
    let values: Vec<f32> = random_bytes::<128>().iter().map(|byte| f32::from(*byte) - 127.5).collect();
    let length = values.iter().map(|it| it * it).sum::<f32>().sqrt();
    FaceTemplate { model: "sface".into(), data: values.iter().flat_map(|it| (it / length).to_le_bytes()).collect() }
}

struct Sent {
    /// When each receipt came, and how long after its record was begun.
    latencies: Vec<(Instant, Duration)>,
    errors: u64,
}

// Each handset sends its own records in order, as handsets do; so many of them at a time.
async fn send(args: &Args, handsets: &[TestHandset], sealed: &[Sealed]) -> Sent {
    let next = AtomicUsize::new(0);
    let (latencies, errors) = (Mutex::new(Vec::new()), AtomicU64::new(0));
    join_all((0..args.at_once).map(|_| async {
        loop {
            let which = next.fetch_add(1, Ordering::Relaxed);
            let Some(handset) = handsets.get(which) else { break };
            for record in sealed.iter().filter(|it| it.handset == which) {
                let begun = Instant::now();
                for blob in &record.blobs {
                    handset.upload(blob).await;
                }
                let answer = handset.post_envelope(record.envelope.as_bytes()).await;
                if answer.status().is_success() {
                    let mut latencies = latencies.lock().unwrap_or_else(PoisonError::into_inner);
                    latencies.push((Instant::now(), begun.elapsed()));
                } else {
                    errors.fetch_add(1, Ordering::Relaxed);
                }
            }
        }
    }))
    .await;
    Sent { latencies: latencies.into_inner().unwrap_or_else(PoisonError::into_inner), errors: errors.into_inner() }
}

type Heard = Arc<Mutex<Vec<Instant>>>;

// When a page of the office hears that something changed.
async fn listen(town: &Town) -> Result<(Heard, tokio::task::JoinHandle<()>)> {
    let browser = reqwest::Client::builder().cookie_store(true).no_proxy().tls_certs_only([]).build()?;
    let url = &town.server.office_url;
    let password = town.server.first_password.as_deref().context("the first start tells it")?;
    let form = [("name", "admin"), ("password", password)];
    browser.post(format!("{url}/office/login")).header("Origin", url).form(&form).send().await?;
    let mut events = browser.get(format!("{url}/office/events")).send().await?;
    let heard = Heard::default();
    let noted = Arc::clone(&heard);
    let listening = tokio::spawn(async move {
        while let Ok(Some(_)) = events.chunk().await {
            noted.lock().unwrap_or_else(PoisonError::into_inner).push(Instant::now());
        }
    });
    Ok((heard, listening))
}

// The same bytes into files, and the same rows into a table, each durable, and nothing else: no TLS, no check, no opening.
async fn bare(args: &Args, town: &Town, sealed: &[Sealed]) -> Result<Duration> {
    const TABLE: &str = "CREATE TABLE bare (record TEXT PRIMARY KEY, kind TEXT, handset TEXT, at TEXT, bytes BYTEA)";
    const INSERT: &str = "INSERT INTO bare VALUES ($1, 'proxy', $2, '2026-11-28T00:00:00Z', $3)";
    let folder = town.dir.path().join("bare");
    std::fs::create_dir(&folder)?;
    let store = LocalFileSystem::new_with_prefix(&folder)?.with_fsync(true);
    let put = |record: &Sealed| {
        let files = record.blobs.each_ref().map(|blob| (blob.key.sha256.to_string(), blob.bytes.clone()));
        let store = &store;
        async move {
            for (name, bytes) in files {
                store.put(&object_store::path::Path::from(name), PutPayload::from(bytes)).await?;
            }
            anyhow::Ok(())
        }
    };
    let next = AtomicUsize::new(0);
    let begun;
    if let Some(url) = &town.database {
        let mut conn = sqlx::PgConnection::connect(url).await?;
        conn.execute(TABLE).await?;
        begun = Instant::now();
        let done = join_all((0..args.at_once).map(|_| async {
            let mut conn = sqlx::PgConnection::connect(url).await?;
            while let Some(record) = sealed.get(next.fetch_add(1, Ordering::Relaxed)) {
                put(record).await?;
                let header = record.envelope.header();
                let insert = sqlx::query(INSERT).bind(header.record.to_string()).bind(header.handset.to_string());
                insert.bind(record.envelope.as_bytes()).execute(&mut conn).await?;
            }
            anyhow::Ok(())
        }))
        .await;
        done.into_iter().collect::<Result<Vec<_>>>()?;
    } else {
        let conn = tokio::sync::Mutex::new(sqlite(&folder.join("bare.db")).await?);
        conn.lock().await.execute(TABLE).await?;
        begun = Instant::now();
        let done = join_all((0..args.at_once).map(|_| async {
            while let Some(record) = sealed.get(next.fetch_add(1, Ordering::Relaxed)) {
                put(record).await?;
                let header = record.envelope.header();
                let insert = sqlx::query(INSERT).bind(header.record.to_string()).bind(header.handset.to_string());
                insert.bind(record.envelope.as_bytes()).execute(&mut *conn.lock().await).await?;
            }
            anyhow::Ok(())
        }))
        .await;
        done.into_iter().collect::<Result<Vec<_>>>()?;
    }
    Ok(begun.elapsed())
}

async fn sqlite(file: &Path) -> Result<sqlx::SqliteConnection> {
    use sqlx::ConnectOptions as _;
    use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
    let options = SqliteConnectOptions::new().filename(file).create_if_missing(true);
    Ok(options.journal_mode(SqliteJournalMode::Wal).synchronous(SqliteSynchronous::Full).connect().await?)
}

fn at(times: &mut [Duration], share: f64) -> Option<f64> {
    times.sort_unstable();
    let place = ((times.len() as f64 * share) as usize).min(times.len().checked_sub(1)?);
    Some(times[place].as_secs_f64() * 1000.0)
}
