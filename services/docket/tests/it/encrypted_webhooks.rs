//! Webhooks by https: to a receiver whose certificate the operator's own authority has signed, and to no other.

use std::{net::SocketAddr, path::PathBuf, sync::Arc};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use serde_json::{Value, json};
use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{ServerConfig, crypto::ring},
};

use crate::{
    receiver::Receiver,
    world::{Person, World},
};

/// An authority that signs certificates.
struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Authority {
    fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        Self(CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap())
    }

    fn file(&self) -> PathBuf {
        let path = std::env::temp_dir().join(format!("docket-ca-{}", uuid::Uuid::new_v4().simple()));
        std::fs::write(&path, self.0.pem()).unwrap();
        path
    }

    /// Ends the encryption for `name` before `receiver`; gives the URL.
    async fn encrypt(&self, name: &str, receiver: &Receiver) -> String {
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        let certificate = params.signed_by(&key, &self.0).unwrap();
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], key.into())
            .unwrap();
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let url = format!("https://localhost:{}/hook", listener.local_addr().unwrap().port());
        let behind = receiver.url().trim_start_matches("http://").trim_end_matches("/hook").parse().unwrap();
        tokio::spawn(serve(listener, TlsAcceptor::from(Arc::new(config)), behind));
        url
    }
}

async fn serve(listener: TcpListener, acceptor: TlsAcceptor, behind: SocketAddr) {
    while let Ok((stream, _)) = listener.accept().await {
        let acceptor = acceptor.clone();
        tokio::spawn(async move {
            // A client that does not believe us hangs up.
            let Ok(mut stream) = acceptor.accept(stream).await else { return };
            let mut receiver = TcpStream::connect(behind).await.unwrap();
            let _ = copy_bidirectional(&mut stream, &mut receiver).await;
        });
    }
}

/// Has a delivery sent to `url`, and waits for the log's word on it.
async fn tried(ann: &Person, url: &str) -> Value {
    let webhooks = "/api/notifications/webhooks/";
    let made = ann.post(webhooks, json!({"url": url})).await.expect(201).json;
    let one = format!("{webhooks}{}/", made["id"].as_str().unwrap());
    ann.send(reqwest::Method::POST, &format!("{one}test/"), None).await.expect(200);
    testkit::eventually(&format!("an attempt at {url}"), async || {
        let log = ann.get(&format!("{one}deliveries/")).await.expect(200);
        log.results().first().filter(|one| one["answer"].is_string()).cloned()
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn it_reaches_whoever_the_operators_authority_vouches_for_and_nobody_else() {
    let (ours, another) = (Authority::new(), Authority::new());
    let file = ours.file();
    let world = World::with_webhook_ca(file.clone()).await;
    let ann = world.person().await;
    let receiver = Receiver::start().await;

    let sent = tried(&ann, &ours.encrypt("localhost", &receiver).await).await;
    assert_eq!((&sent["status"], &sent["response_status"]), (&json!("sent"), &json!(200)), "{sent}");
    assert_eq!(receiver.take(1).await[0].json()["type"], "webhook.test");

    for (authority, name) in [(&another, "localhost"), (&ours, "elsewhere.example.org")] {
        let failed = tried(&ann, &authority.encrypt(name, &receiver).await).await;
        let answer = failed["answer"].as_str().unwrap();
        assert!(failed["status"] == "queued" && answer.starts_with("invalid peer certificate"), "{failed}");
    }
    assert_eq!(receiver.taken().len(), 1, "nothing goes to a stranger");
    world.end().await;
    std::fs::remove_file(file).unwrap();
}
