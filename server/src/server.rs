//! A running server: the listener for handsets, the listener for the office, and what goes on between them.

use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::ConnectInfo;
use axum::http::Uri;
use axum::middleware::AddExtension;
use axum_server::Handle;
use axum_server::accept::Accept;
use axum_server::tls_rustls::RustlsConfig;
use hyper_util::rt::TokioTimer;
use tokio::task::JoinHandle;

use crate::config::Config;
use crate::db::uploads;
use crate::error::{ServerError, told};
use crate::metrics::{self, Metrics};
use crate::programme::Programme;
use crate::{api, office};

const FIRST_REQUEST: Duration = Duration::from_secs(20);
const HEADERS: Duration = Duration::from_secs(30);
const PING: Duration = Duration::from_secs(20);
const STREAMS: u32 = 32;
const GRACE: Duration = Duration::from_secs(5);
const COMPARE_EVERY: Duration = Duration::from_secs(10);
const CLEAN_EVERY: Duration = Duration::from_hours(1);

/// A running server. Dropping it ends it without waiting; [`Server::shutdown`] lets requests finish.
pub struct Server {
    /// Where handsets reach it, as tickets say.
    pub handset_url: String,
    /// Where handsets reach it on this machine: differs from `handset_url` where that is a public address.
    pub handset_address: SocketAddr,
    /// Where the office's pages are on this machine.
    pub office_url: String,
    /// Where figures for Prometheus are, at `/metrics`, if anywhere.
    pub metrics_address: Option<SocketAddr>,
    /// The password of the user `admin`, at the very first start only.
    pub first_password: Option<String>,
    programme: Programme,
    handles: [Handle<SocketAddr>; 3],
    listeners: Vec<JoinHandle<()>>,
    helpers: Vec<JoinHandle<()>>,
}

impl Server {
    /// Opens the data folder (makes it and its keys at the first start), and listens.
    pub async fn start(config: Config) -> Result<Self, ServerError> {
        let programme = Programme::open_on(&config.data, config.database.as_deref()).await?;
        let first_password = programme.first_user().await?;
        let (handset_listener, handset_address) = listen(config.handset_listen)?;
        let (office_listener, office_address) = listen(config.office_listen)?;
        let handset_url =
            config.public_url.clone().unwrap_or_else(|| format!("https://{}", reachable(handset_address)));
        let handset_url = handset_url.trim_end_matches('/').to_owned();
        let tls = programme.keys().authority.server_config(hosts(&handset_url)?)?;
        programme.set_public_url(&handset_url).await?;
        programme.show_portraits(config.policy.portraits).await?;
        programme.tell_consent(&config.policy.consent_version).await?;

        let (changes, watcher) = office::Changes::watch(programme.db()).await?;
        let office = office::router(programme.clone(), changes, config.office_url.as_deref());
        let metrics = Arc::new(Metrics::default());
        let api = api::router(programme.clone(), config.policy, config.limits, Arc::clone(&metrics));
        let handset_server = axum_server::from_tcp_rustls(handset_listener, RustlsConfig::from_config(Arc::new(tls)))
            .map_err(|source| ServerError::Listen { address: handset_address, source })?;
        let office_server = axum_server::from_tcp(office_listener)
            .map_err(|source| ServerError::Listen { address: office_address, source })?;
        let handles = [Handle::new(), Handle::new(), Handle::new()];
        let mut listeners = vec![
            serve(handset_server.handle(handles[0].clone()), api),
            serve(office_server.handle(handles[1].clone()), office),
        ];
        let mut metrics_address = None;
        if let Some(address) = config.metrics_listen {
            let (listener, address) = listen(address)?;
            let server = axum_server::from_tcp(listener).map_err(|source| ServerError::Listen { address, source })?;
            listeners.push(serve(server.handle(handles[2].clone()), metrics::router(programme.clone(), metrics)));
            metrics_address = Some(address);
        }
        let helpers =
            vec![watcher, tokio::spawn(clean(programme.clone())), tokio::spawn(compare_faces(programme.clone()))];
        tracing::info!(handsets = %handset_address, office = %office_address, "listening");
        Ok(Self {
            handset_url,
            handset_address,
            metrics_address,
            office_url: format!("http://{}", reachable(office_address)),
            first_password,
            programme,
            handles,
            listeners,
            helpers,
        })
    }

    /// The programme it serves.
    pub fn programme(&self) -> &Programme {
        &self.programme
    }

    /// Stops listening, lets requests that are under way finish for a few seconds, and closes the database.
    pub async fn shutdown(mut self) {
        self.helpers.iter().for_each(JoinHandle::abort);
        self.handles.iter().for_each(|handle| handle.graceful_shutdown(Some(GRACE)));
        for listener in self.listeners.drain(..) {
            // It has nothing more to say than that it ended.
            let _ = listener.await;
        }
        self.programme.db().close().await;
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.handles.iter().for_each(Handle::shutdown);
        self.listeners.iter().chain(&self.helpers).for_each(JoinHandle::abort);
    }
}

fn listen(address: SocketAddr) -> Result<(TcpListener, SocketAddr), ServerError> {
    let open = || {
        let listener = TcpListener::bind(address)?;
        listener.set_nonblocking(true)?;
        let bound = listener.local_addr()?;
        Ok((listener, bound))
    };
    open().map_err(|source| ServerError::Listen { address, source })
}

/// A service that knows from where it is asked.
type Addressed = AddExtension<Router, ConnectInfo<SocketAddr>>;

fn serve<A>(server: axum_server::Server<SocketAddr, A>, service: Router) -> JoinHandle<()>
where
    A: Accept<tokio::net::TcpStream, Addressed> + Clone + Send + Sync + 'static,
    A::Stream: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin + Send,
    A::Service: axum_server::service::SendService<axum::http::Request<hyper::body::Incoming>> + Send,
    A::Future: Send,
{
    let mut server = server.first_request_timeout(FIRST_REQUEST);
    let http = server.http_builder();
    http.http1().timer(TokioTimer::new()).header_read_timeout(HEADERS);
    http.http2().timer(TokioTimer::new()).keep_alive_interval(PING).max_concurrent_streams(STREAMS);
    tokio::spawn(async move {
        if let Err(e) = server.serve(service.into_make_service_with_connect_info::<SocketAddr>()).await {
            tracing::error!("a listener ended: {}", told(&e));
        }
    })
}

// Removes uploads that were never finished, and files of uploads that nobody knows any more: a crash may leave one.
async fn clean(programme: Programme) {
    let mut clock = tokio::time::interval(CLEAN_EVERY);
    loop {
        clock.tick().await;
        if let Err(e) = clean_once(&programme).await {
            tracing::warn!("old uploads can't be removed: {}", told(&e));
        }
    }
}

// Looks for beneficiaries who are on the list twice.
async fn compare_faces(programme: Programme) {
    let mut clock = tokio::time::interval(COMPARE_EVERY);
    loop {
        clock.tick().await;
        if let Err(e) = programme.compare_faces().await {
            tracing::warn!("faces can't be compared: {}", told(&e));
        }
    }
}

async fn clean_once(programme: &Programme) -> Result<(), ServerError> {
    let mut conn = programme.db().note().await?;
    uploads::forget_expired(&mut conn).await?;
    conn.commit().await?;
    programme.forget_old_staged().await?;
    // An upload is in the database before its file is made. So one that isn't by now won't come back.
    let files = programme.blobs().all_arriving().await.map_err(ServerError::file("uploads"))?;
    let mut conn = programme.db().read().await?;
    for upload in files {
        if !uploads::is_arriving(&mut conn, upload).await? {
            programme.blobs().forget(upload).await;
        }
    }
    Ok(())
}

// An address that a client on this machine can use.
fn reachable(mut address: SocketAddr) -> SocketAddr {
    if address.ip().is_unspecified() {
        address.set_ip(IpAddr::V4(Ipv4Addr::LOCALHOST));
    }
    address
}

// Whom the certificate is for.
fn hosts(url: &str) -> Result<Vec<String>, ServerError> {
    let refused = || {
        ServerError::Refused(format!("{url} is no address for handsets: https://HOST or https://HOST:PORT is expected"))
    };
    let uri: Uri = url.parse().map_err(|_| refused())?;
    let host = uri.host().filter(|_| uri.scheme_str() == Some("https") && uri.path() == "/").ok_or_else(refused)?;
    let host = host.trim_start_matches('[').trim_end_matches(']').to_owned();
    let mut hosts = vec!["localhost".to_owned(), "127.0.0.1".to_owned()];
    if !hosts.contains(&host) {
        hosts.push(host);
    }
    Ok(hosts)
}
