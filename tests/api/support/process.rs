//! The binary, as an operator runs it.

use std::{
    fs::OpenOptions,
    io::{BufRead as _, BufReader, PipeReader, PipeWriter, Read as _, Write as _},
    os::{fd::AsRawFd as _, unix::fs::OpenOptionsExt as _},
    process::{Child, Command, ExitStatus, Output, Stdio},
    sync::mpsc,
    thread::JoinHandle,
    time::{Duration, Instant},
};

use duban::{
    clock::{Clock as _, SystemClock},
    config::Config,
    token::{NewToken, mint},
};

use super::Caller;

/// `O_NONBLOCK` of Linux.
const O_NONBLOCK: i32 = 0o4000;

/// `duban` with these arguments and this environment, and no other.
pub fn duban(args: &[&str], env: &[(&str, &str)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_duban"));
    command.args(args).env_clear().envs(env.iter().copied());
    command
}

/// Runs it to its end.
pub fn run(args: &[&str], env: &[(&str, &str)]) -> Output {
    duban(args, env).output().unwrap()
}

pub fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A running service; killed when the test fails.
pub struct Process {
    pub base: String,
    child: Child,
    /// While this is kept, nobody reads what it prints.
    unread: Option<mpsc::Sender<()>>,
    log: Option<JoinHandle<String>>,
    printed: Option<JoinHandle<String>>,
}

/// How it ended.
pub struct Ended {
    pub status: ExitStatus,
    /// Standard error: the log.
    pub log: String,
    /// Standard output.
    pub printed: String,
    /// From the signal to the end.
    pub took: Duration,
}

impl Ended {
    /// Fails, with its log, unless it ended as it should.
    #[track_caller]
    pub fn well(self) -> Self {
        assert!(self.status.success(), "{}: {}", self.status, self.log);
        self
    }
}

impl Process {
    /// Starts it on a free port, with logs in JSON, and waits until it listens.
    pub fn start(env: &[(&str, &str)]) -> Self {
        Self::spawn(duban(&[], env))
    }

    /// The same, so that [`Process::let_files_grow_to`] makes its writes fail instead of killing it.
    pub fn start_confined(env: &[(&str, &str)]) -> Self {
        let mut command = Command::new("sh");
        let script = "trap '' XFSZ; exec \"$0\"";
        command.args(["-c", script, env!("CARGO_BIN_EXE_duban")]);
        command.env_clear().envs(env.iter().copied());
        Self::spawn(command)
    }

    /// The same, which halts where it prints anything, until it is waited for: nobody reads that, and there is no
    /// room for more.
    pub fn start_unread(env: &[(&str, &str)]) -> Self {
        let (printed, stdout) = std::io::pipe().unwrap();
        // Opened anew, so that only this end does not wait.
        let mut filling = OpenOptions::new()
            .write(true)
            .custom_flags(O_NONBLOCK)
            .open(format!("/proc/self/fd/{}", stdout.as_raw_fd()))
            .unwrap();
        while filling.write(b" ").is_ok() {}
        let (unread, reading) = mpsc::channel();
        let mut process = Self::listen(duban(&[], env), stdout, printed, reading);
        process.unread = Some(unread);
        process
    }

    fn spawn(command: Command) -> Self {
        let (printed, stdout) = std::io::pipe().unwrap();
        // Its sender is gone: there is nothing to wait for.
        let (_, reading) = mpsc::channel();
        Self::listen(command, stdout, printed, reading)
    }

    /// Waits until it listens; what it prints is read once nobody can send to `reading`.
    fn listen(mut command: Command, stdout: PipeWriter, mut out: PipeReader, reading: mpsc::Receiver<()>) -> Self {
        command.env("DUBAN_ADDR", "127.0.0.1:0").env("DUBAN_LOG_FORMAT", "json");
        let mut child = command.stdout(stdout).stderr(Stdio::piped()).spawn().unwrap();
        // It has this end of the pipe too: what it prints would never end.
        drop(command);
        let stderr = child.stderr.take().unwrap();
        let (listening, heard) = mpsc::channel();
        let log = std::thread::spawn(move || {
            let mut log = String::new();
            for line in BufReader::new(stderr).lines() {
                let line = line.unwrap();
                if let Ok(entry) = serde_json::from_str::<serde_json::Value>(&line)
                    && let (Some("listening"), Some(addr)) = (entry["message"].as_str(), entry["http.addr"].as_str())
                {
                    let _ = listening.send(addr.to_owned());
                }
                log.push_str(&line);
                log.push('\n');
            }
            log
        });
        let printed = std::thread::spawn(move || {
            let _ = reading.recv();
            let mut printed = String::new();
            out.read_to_string(&mut printed).unwrap();
            printed
        });
        let mut process = Self {
            base: String::new(),
            child,
            unread: None,
            log: Some(log),
            printed: Some(printed),
        };
        match heard.recv_timeout(Duration::from_mins(1)) {
            Ok(addr) => process.base = format!("http://{addr}"),
            Err(error) => {
                let _ = process.child.kill();
                panic!(
                    "does not listen ({error}): {}",
                    process.log.take().unwrap().join().unwrap()
                )
            }
        }
        process
    }

    /// Somebody of the government office with these roles, whose token `config` vouches for now.
    pub fn caller<'p>(&'p self, http: &'p reqwest::Client, config: &Config, roles: &[&str]) -> Caller<'p> {
        let roles: Vec<String> = roles.iter().map(|role| (*role).to_owned()).collect();
        let new = NewToken {
            name: None,
            subject: "wang",
            roles: &roles,
            unit: Some("zwfwb"),
            scopes: &[],
            ttl: 3600,
        };
        Caller {
            http,
            base: &self.base,
            token: Some(mint(config, &new, SystemClock.now()).unwrap()),
        }
    }

    /// Asks it to stop, as an orchestrator does.
    pub fn terminate(&self) {
        self.signal("-TERM");
    }

    /// Ends it as a power cut would: it does nothing more.
    pub fn kill(&self) {
        self.signal("-KILL");
    }

    /// Writes to files beyond so many bytes fail from now on, as on a full disk.
    pub fn let_files_grow_to(&self, bytes: &str) {
        let (pid, limit) = (self.child.id().to_string(), format!("--fsize={bytes}:"));
        let done = Command::new("prlimit").args(["--pid", &pid, &limit]).status().unwrap();
        assert!(done.success());
    }

    fn signal(&self, name: &str) {
        let pid = self.child.id().to_string();
        let sent = Command::new("kill").args([name, &pid]).status().unwrap();
        assert!(sent.success());
    }

    /// Waits for its end.
    pub fn end(mut self) -> Ended {
        let start = Instant::now();
        self.unread = None;
        let status = self.child.wait().unwrap();
        Ended {
            status,
            log: self.log.take().unwrap().join().unwrap(),
            printed: self.printed.take().unwrap().join().unwrap(),
            took: start.elapsed(),
        }
    }

    /// Stops it.
    pub fn stop(self) -> Ended {
        self.terminate();
        self.end()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
