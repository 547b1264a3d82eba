//! Servers whose certificates cannot be trusted: of another authority, for another name, of another time; each with its own
//! reason and its own remedy.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;

use aws_smithy_types::base64;
use kopswain::core::cluster::kubernetes::{ApiFailure, ApiFailureKind, KubernetesUpdate};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use crate::kubernetes_api::Folder;

/// Signs every certificate but that of [`OTHER`].
const AUTHORITY: &str = include_str!("../fixtures/kubernetes/tls/ca.pem");
const OTHER: &str = include_str!("../fixtures/kubernetes/tls/other.pem");
/// For 127.0.0.1, until the next century.
const GOOD: &str = include_str!("../fixtures/kubernetes/tls/good.pem");
/// For api.other.example.com.
const OTHER_NAME: &str = include_str!("../fixtures/kubernetes/tls/named.pem");
/// For 127.0.0.1, in 2020.
const EXPIRED: &str = include_str!("../fixtures/kubernetes/tls/expired.pem");
/// Of all these certificates, and of nothing else anywhere.
const KEY: &str = include_str!("../fixtures/kubernetes/tls/server.key");

const REFUSAL: &str = "HTTP/1.1 401 X\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

/// The address of a server with this certificate, which refuses whoever trusts it.
fn serve(certificate: &'static str) -> String {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let chain = vec![CertificateDer::from_pem_slice(certificate.as_bytes()).unwrap()];
    let key = PrivateKeyDer::from_pem_slice(KEY.as_bytes()).unwrap();
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .unwrap();
    let config = Arc::new(config);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let config = Arc::clone(&config);
            std::thread::spawn(move || answer(config, stream));
        }
    });
    format!("https://{address}")
}

// Whoever does not trust the certificate ends the connection.
fn answer(config: Arc<ServerConfig>, stream: TcpStream) {
    let connection = ServerConnection::new(config).unwrap();
    let mut stream = StreamOwned::new(connection, stream);
    let mut request = [0; 4096];
    if stream.read(&mut request).is_ok() {
        let _ = stream.write_all(REFUSAL.as_bytes());
    }
}

async fn failure(certificate: &'static str, authority: &str) -> ApiFailure {
    let server = serve(certificate);
    let authority = base64::encode(authority);
    let server = format!("{server}', certificate-authority-data: '{authority}");
    let folder = Folder::for_user(&server, "{token: secret-token}");
    let lost = |update: &KubernetesUpdate| match update {
        KubernetesUpdate::Lost { failure, .. } => Some((**failure).clone()),
        _ => None,
    };
    let updates = folder.watch(|updates| updates.iter().any(|one| lost(one).is_some()));
    updates.await.iter().find_map(lost).unwrap()
}

#[tokio::test]
async fn a_certificate_that_cannot_be_trusted_says_why() {
    let export = "`kops export kubeconfig --name=CLUSTER --admin=1h` makes a kubeconfig that is good for an hour";
    let cases = [
        (
            GOOD,
            OTHER,
            "the server's certificate is not signed by the authority that the kubeconfig names",
            export,
        ),
        (
            OTHER_NAME,
            AUTHORITY,
            "the server's certificate is for another name",
            "check the server address and tls-server-name in the kubeconfig",
        ),
        (
            EXPIRED,
            AUTHORITY,
            "the server's certificate is not valid at the time that this computer has",
            "check the clock of this computer (date -u), then the control plane's certificates",
        ),
    ];
    for (certificate, authority, why, remedy) in cases {
        let found = failure(certificate, authority).await;
        let said = (
            found.kind,
            found.fault.why.as_str(),
            found.fault.remedy.as_str(),
        );
        assert_eq!(
            said,
            (ApiFailureKind::Certificate, why, remedy),
            "{found:?}"
        );
        assert!(
            found.fault.what.ends_with(" cannot be trusted"),
            "{found:?}"
        );
    }
    // The same server is trusted by whoever knows its authority.
    let trusted = failure(GOOD, AUTHORITY).await;
    assert_eq!(trusted.kind, ApiFailureKind::Unauthorized, "{trusted:?}");
}
