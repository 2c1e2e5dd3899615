//! PgBouncer between the service and its PostgreSQL, where it is installed.

use std::{
    net::TcpListener,
    path::Path,
    process::{Child, Command, Stdio},
};

use reqwest::Url;
use tempfile::TempDir;
use tokio::net::TcpStream;

/// A running PgBouncer; it ends with this.
pub struct Pooler {
    child: Child,
    _dir: TempDir,
}

impl Pooler {
    /// In front of the server of `url`, which becomes its own. `None`: there is no PgBouncer on this machine.
    pub async fn before(url: &mut String, pool_mode: &str) -> Option<Self> {
        let program = ["/usr/sbin/pgbouncer", "/usr/bin/pgbouncer", "/usr/local/bin/pgbouncer"]
            .into_iter()
            .find(|path| Path::new(path).exists())?;
        let mut parsed = Url::parse(url).unwrap();
        let (host, port) = (parsed.host_str().unwrap().to_owned(), parsed.port().unwrap_or(5432));
        let user = parsed.username().to_owned();
        // Free now: nobody else asks for it in the moment until it is taken again.
        let own = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let dir = tempfile::tempdir().unwrap();
        let settings = dir.path().join("pgbouncer.ini");
        let text = format!(
            "[databases]\n* = host={host} port={port} user={user}\n[pgbouncer]\nlisten_addr = 127.0.0.1\n\
             listen_port = {own}\nunix_socket_dir =\nauth_type = any\npool_mode = {pool_mode}\ndefault_pool_size = 40\n"
        );
        std::fs::write(&settings, text).unwrap();
        let mut command = Command::new(program);
        // It refuses to run as root, and must then be able to read its settings.
        if running_as_root() {
            let open = std::os::unix::fs::PermissionsExt::from_mode(0o755);
            std::fs::set_permissions(dir.path(), open).unwrap();
            command.args(["-u", "nobody"]);
        }
        let quiet = command
            .arg("-q")
            .arg(&settings)
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let mut child = quiet.spawn().unwrap();
        while TcpStream::connect(("127.0.0.1", own)).await.is_err() {
            assert!(child.try_wait().unwrap().is_none(), "PgBouncer does not start");
        }
        parsed.set_host(Some("127.0.0.1")).unwrap();
        parsed.set_port(Some(own)).unwrap();
        *url = parsed.into();
        Some(Self { child, _dir: dir })
    }
}

impl Drop for Pooler {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn running_as_root() -> bool {
    std::os::unix::fs::MetadataExt::uid(&std::fs::metadata("/proc/self").unwrap()) == 0
}
