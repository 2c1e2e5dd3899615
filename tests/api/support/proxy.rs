//! Stands between the service and its PostgreSQL, and takes it away.

use std::{
    net::SocketAddr,
    sync::atomic::{AtomicU16, Ordering},
};

use reqwest::Url;
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    sync::watch,
    task::JoinHandle,
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Open,
    /// Nothing gets through, and nobody is told.
    Frozen,
    Closed,
}

/// No two proxies of a process have the same.
static NEXT: AtomicU16 = AtomicU16::new(0);

/// See the module.
pub struct Proxy {
    address: SocketAddr,
    upstream: String,
    way: watch::Sender<Way>,
    accepting: JoinHandle<()>,
}

impl Proxy {
    /// In front of the server of `url`, which becomes the proxy's own.
    pub async fn before(url: &mut String) -> Self {
        let mut parsed = Url::parse(url).unwrap();
        let upstream = format!("{}:{}", parsed.host_str().unwrap(), parsed.port().unwrap_or(5432));
        // Below the ports that systems hand out by themselves: it must be there again after it was closed.
        let listener = loop {
            let port =
                15_000 + NEXT.fetch_add(1, Ordering::Relaxed) + u16::try_from(std::process::id() % 4_900).unwrap();
            if let Ok(listener) = TcpListener::bind(("127.0.0.1", port)).await {
                break listener;
            }
        };
        let address = listener.local_addr().unwrap();
        parsed.set_host(Some("127.0.0.1")).unwrap();
        parsed.set_port(Some(address.port())).unwrap();
        *url = parsed.into();
        let way = watch::Sender::new(Way::Open);
        let accepting = tokio::spawn(accept(listener, upstream.clone(), way.subscribe()));
        Self {
            address,
            upstream,
            way,
            accepting,
        }
    }

    /// From now on the server is silent.
    pub fn freeze(&self) {
        self.way.send_replace(Way::Frozen);
    }

    /// Ends all connections and refuses new ones.
    pub async fn close(&mut self) {
        self.way.send_replace(Way::Closed);
        self.accepting.abort();
        let _ = (&mut self.accepting).await;
    }

    /// The server is there again.
    pub async fn open(&mut self) {
        self.way.send_replace(Way::Open);
        if self.accepting.is_finished() {
            let listener = TcpListener::bind(self.address).await.unwrap();
            self.accepting = tokio::spawn(accept(listener, self.upstream.clone(), self.way.subscribe()));
        }
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.way.send_replace(Way::Closed);
        self.accepting.abort();
    }
}

async fn accept(listener: TcpListener, upstream: String, way: watch::Receiver<Way>) {
    loop {
        let Ok((client, _)) = listener.accept().await else {
            return;
        };
        tokio::spawn(carry(client, upstream.clone(), way.clone()));
    }
}

async fn carry(client: TcpStream, upstream: String, mut way: watch::Receiver<Way>) {
    let mut closed = way.clone();
    let both = async {
        if way.wait_for(|way| *way == Way::Open).await.is_err() {
            return;
        }
        let Ok(server) = TcpStream::connect(upstream).await else {
            return;
        };
        let ((from_client, to_client), (from_server, to_server)) = (client.into_split(), server.into_split());
        tokio::select! {
            () = copy(from_client, to_server, way.clone()) => {}
            () = copy(from_server, to_client, way) => {}
        }
    };
    tokio::select! {
        () = both => {}
        _ = closed.wait_for(|way| *way == Way::Closed) => {}
    }
}

async fn copy(mut from: impl AsyncRead + Unpin, mut to: impl AsyncWrite + Unpin, mut way: watch::Receiver<Way>) {
    let mut buffer = vec![0; 64 * 1024];
    while let Ok(read @ 1..) = from.read(&mut buffer).await {
        if way.wait_for(|way| *way == Way::Open).await.is_err() || to.write_all(&buffer[..read]).await.is_err() {
            return;
        }
    }
}
