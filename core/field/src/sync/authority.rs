//! The certificate of the authority that a ticket names, fetched where the ticket has only its digest.

use saksi_records::{Authority, Digest, Ticket};

use crate::sync::client::NetworkError;
use crate::sync::connection::{Connection, STALL};

/// The certificate (DER) of the ticket's authority.
///
/// It is fetched from whoever answers, and its digest alone says whether it is the one: a certificate is public, and nothing
/// secret is sent for it. Whatever is asked afterwards trusts that authority only.
pub(crate) fn certificate(ticket: &Ticket) -> Result<Vec<u8>, NetworkError> {
    match &ticket.ca {
        Authority::Certificate(der) => Ok(der.clone()),
        Authority::Sha256(digest) => {
            let der = fetch(&ticket.server)?;
            let other = || NetworkError::NotOurServer("its authority is not the ticket's".into());
            if Digest::of(&der) == *digest { Ok(der) } else { Err(other()) }
        }
    }
}

fn fetch(server: &str) -> Result<Vec<u8>, NetworkError> {
    rustls::crypto::ring::default_provider().install_default().ok();
    let http = reqwest::Client::builder()
        .tls_danger_accept_invalid_certs(true)
        .https_only(true)
        .connect_timeout(STALL)
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .map_err(|error| NetworkError::Ticket(error.to_string()))?;
    let answer = Connection::new()?.send(http.get(format!("{}/v1/authority", server.trim_end_matches('/'))))?;
    if answer.status.is_success() {
        Ok(answer.body)
    } else {
        Err(NetworkError::NotOurServer(format!("it answered {}", answer.status)))
    }
}
