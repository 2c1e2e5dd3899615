//! nginx in front of the service, with the configuration of the guide, where it is installed.

use std::{
    net::{TcpListener, TcpStream},
    path::Path,
    process::{Child, Command, Stdio},
};

use tempfile::TempDir;

use super::source::root;

/// A running nginx; it ends with this.
pub struct Nginx {
    pub base: String,
    child: Child,
    _dir: TempDir,
}

impl Nginx {
    /// With the sample of `docs/operate/nginx.md`, before the service at `upstream`, changed by `change`. `None`:
    /// there is no nginx on this machine.
    pub fn before(upstream: &str, change: impl FnOnce(String) -> String) -> Option<Self> {
        let program = ["/usr/sbin/nginx", "/usr/bin/nginx", "/usr/local/bin/nginx"]
            .into_iter()
            .find(|path| Path::new(path).exists())?;
        let page = std::fs::read_to_string(root().join("docs/operate/nginx.md")).unwrap();
        let sample = page.split("```nginx\n").nth(1).unwrap().split("```").next().unwrap();
        // Free now: nobody else asks for it in the moment until it is taken again.
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let sample = sample
            .replace("127.0.0.1:8080", upstream)
            .replace("    server 127.0.0.1:8081 fail_timeout=2s;\n", "")
            .replace("listen 443 ssl;", &format!("listen 127.0.0.1:{port};"));
        let without_keys = sample.lines().filter(|line| !line.contains("ssl_certificate"));
        let sample = change(without_keys.collect::<Vec<_>>().join("\n"));
        let dir = tempfile::tempdir().unwrap();
        let at = |name: &str| dir.path().join(name).display().to_string();
        let paths = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
        let paths = paths.map(|name| format!("{name}_temp_path {};", at(name))).join(" ");
        let text = format!(
            "daemon off; pid {}; error_log {}; worker_processes 1;\nevents {{ worker_connections 256; }}\n\
             http {{ access_log off; {paths}\n{sample}\n}}\n",
            at("pid"),
            at("error.log"),
        );
        std::fs::write(at("nginx.conf"), text).unwrap();
        let mut command = Command::new(program);
        command.args(["-p", &at(""), "-c", &at("nginx.conf")]);
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            let log = || std::fs::read_to_string(at("error.log")).unwrap_or_default();
            assert!(child.try_wait().unwrap().is_none(), "nginx does not start: {}", log());
        }
        Some(Self {
            base: format!("http://127.0.0.1:{port}"),
            child,
            _dir: dir,
        })
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        let _ = Command::new("kill").arg(self.child.id().to_string()).status();
        let _ = self.child.wait();
    }
}
