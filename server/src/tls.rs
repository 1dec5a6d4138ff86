//! The server's own certificate authority, and the certificate it shows to handsets.
//!
//! Handsets trust this authority only, and get it from their ticket. The authority's key is kept; the certificate for
//! the listener is made anew at each start, for the address of the day, and its key never touches the disk.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use jiff::tz::TimeZone;
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, KeyUsagePurpose,
    date_time_ymd,
};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};

use crate::error::ServerError;
use crate::keys::KeyFolder;

/// The authority that vouches for the server's address.
pub(crate) struct Authority {
    key: KeyPair,
    certificate: Vec<u8>,
}

impl Authority {
    /// Loads it from the key folder, or makes it at the first start.
    pub fn open(folder: &KeyFolder) -> Result<Self, ServerError> {
        let made = KeyPair::generate()?;
        let key = folder.text("tls-ca.key", || made.serialize_pem())?;
        let key = KeyPair::from_pem(&key).map_err(|_| damaged(folder, "tls-ca.key"))?;
        let certificate = authority_params().self_signed(&key)?;
        let certificate = folder.text("tls-ca.crt", || BASE64.encode(certificate.der()) + "\n")?;
        let certificate = BASE64.decode(certificate.trim_end()).map_err(|_| damaged(folder, "tls-ca.crt"))?;
        Ok(Self { key, certificate })
    }

    /// The certificate (DER) that handsets are given.
    pub fn certificate(&self) -> &[u8] {
        &self.certificate
    }

    /// The public half of its key.
    pub fn public_key(&self) -> &[u8] {
        self.key.public_key_raw()
    }

    /// What a TLS listener needs to answer for these host names and addresses.
    pub fn server_config(&self, hosts: Vec<String>) -> Result<rustls::ServerConfig, ServerError> {
        let key = KeyPair::generate()?;
        let mut params = CertificateParams::new(hosts)?;
        params.distinguished_name.push(DnType::CommonName, "Saksi server");
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        valid_for(&mut params, 2);
        let leaf = params.signed_by(&key, &Issuer::new(authority_params(), &self.key))?;
        let chain = vec![leaf.der().clone()];
        let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut config = rustls::ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(chain, key)?;
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(config)
    }
}

// The name must stay as it is: a leaf names its issuer, and certificates given out already bear this one.
fn authority_params() -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, "Saksi programme authority");
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    valid_for(&mut params, 30);
    params
}

// From long ago, since a handset's clock may stand years back, and the authority itself is trusted from the ticket on.
fn valid_for(params: &mut CertificateParams, years: i16) {
    let year = jiff::Timestamp::now().to_zoned_datetime(TimeZone::UTC).year();
    params.not_before = date_time_ymd(2020, 1, 1);
    params.not_after = date_time_ymd(i32::from(year + years), 12, 31);
}

fn damaged(folder: &KeyFolder, name: &str) -> ServerError {
    ServerError::Key { path: folder.path(name), reason: "it is damaged: put it back from a backup".into() }
}
