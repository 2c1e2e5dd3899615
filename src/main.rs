//! The `duban` binary: serve, migrate, token, openapi, verify, generate, import, calendar, healthcheck.

use std::{
    io::{IsTerminal as _, Read as _, Write as _},
    mem::ManuallyDrop,
    net::{TcpListener, TcpStream},
    process::ExitCode,
    time::Duration,
};

use actix_web::{rt::System, web::Data};
use anyhow::{Context as _, bail};
use duban::{
    app::{App, ReadOnly},
    cli::{CalendarCommand, CalendarImportArgs, Cli, Command, GenerateArgs, ImportArgs, VerifyArgs},
    clock::{Clock as _, SystemClock},
    config::{Config, Environment},
    error::faults,
    generate::{self, Generation, Made, Progress, Province},
    http::openapi,
    import::{self, Imported},
    server::{self, StopSignals},
    service::{
        seals::{Broken, Verdict, verify_log},
        seed,
        work::Context as Caller,
    },
    telemetry,
    token::{NewToken, mint},
};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    // Drafts, words that were withheld and secrets: what it writes is for nobody else on this host.
    #[cfg(unix)]
    rustix::process::umask(rustix::fs::Mode::RWXG | rustix::fs::Mode::RWXO);
    match run(Cli::read()) {
        Ok(()) => ExitCode::SUCCESS,
        // One line with its causes: whoever starts a service has no use for a backtrace.
        Err(error) => {
            eprintln!("duban: {error:#}{}", faults(&error));
            ExitCode::FAILURE
        }
    }
}

fn run(Cli { config, command }: Cli) -> anyhow::Result<()> {
    match command.unwrap_or(Command::Serve) {
        Command::Serve => System::new().block_on(serve(config)),
        Command::Migrate => System::new().block_on(migrate(config)),
        Command::Token(args) => {
            let new = NewToken {
                subject: &args.subject,
                name: args.name.as_deref(),
                roles: &args.roles,
                unit: args.unit.as_deref(),
                scopes: &args.scopes,
                ttl: args.ttl,
            };
            print(&(mint(&config, &new, SystemClock.now())? + "\n"))
        }
        Command::Openapi => print(&openapi::document()?),
        Command::Verify(args) => System::new().block_on(verify(&config, args)),
        Command::Generate(args) => System::new().block_on(Box::pin(generate(config, args))),
        Command::Import(args) => System::new().block_on(import_plan(config, args)),
        Command::Calendar {
            command: CalendarCommand::Import(args),
        } => System::new().block_on(import_calendar(config, args)),
        Command::Healthcheck => healthcheck(&config),
    }
}

/// A reader that has gone away (`duban openapi | head`) is no error.
fn print(text: &str) -> anyhow::Result<()> {
    match std::io::stdout().write_all(text.as_bytes()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(()),
    }
}

async fn serve(config: Config) -> anyhow::Result<()> {
    telemetry::start(&config)?;
    for variable in Cli::unknown_variables() {
        tracing::warn!(variable, "there is no such setting");
    }
    config.issuers()?;
    let listener = TcpListener::bind(config.addr).with_context(|| format!("cannot listen on {}", config.addr))?;
    let addr = listener.local_addr()?;
    let development = config.env == Environment::Development;
    let document = actix_web::rt::task::spawn_blocking(server::document);
    let app = App::new(config, Box::new(SystemClock)).await.context("cannot start")?;
    let app = Data::new(app);
    server::prepare(&app).await?;
    server::seed(&app).await?;
    document.await??;
    let signals = StopSignals::install()?;
    let running = server::serve(app.clone(), listener)?;
    actix_web::rt::spawn(signals.stop(app.clone(), running.handle()));
    tracing::info!(http.addr = %addr, "listening");
    if development {
        welcome(&app, addr).await?;
    }
    running.await?;
    app.close().await;
    tracing::info!("stopped");
    // Threads that served may still be ending. Whichever dropped the last handle of the system would wake this thread, by
    // what it has already torn down of its own, and abort the process: the last one is never dropped.
    let _system = ManuallyDrop::new(System::current());
    // Not by returning: what still waits for a database that is silent cannot be dropped in peace.
    std::process::exit(0);
}

/// What a newcomer needs to begin.
async fn welcome(app: &App, addr: std::net::SocketAddr) -> anyhow::Result<()> {
    let roles = ["coordinator".to_owned()];
    // Where migrations are missing, nothing can be known yet.
    let known = app.catalog(&Caller::system()).await.ok();
    let there = |code: &str| {
        known
            .as_ref()
            .is_some_and(|known| known.catalog().units.resolve(code).is_some())
    };
    // Those of the plan of 2017, where that was loaded.
    let (unit, first) = if there("zwfwb") && there("czj") {
        (Some("zwfwb"), "requirements?unit=czj&limit=5")
    } else {
        (None, "plans")
    };
    let issuers = app.config.issuers()?;
    let token = match issuers.iter().find(|issuer| issuer.secret.is_some()) {
        // Whoever reads it could sign one just as well.
        Some(issuer) if issuer.is_everybodys() => {
            let new = NewToken {
                subject: "developer",
                name: None,
                roles: &roles,
                unit,
                scopes: &[],
                ttl: 8 * 3600,
            };
            let token = mint(&app.config, &new, app.clock().now())?;
            format!("开发令牌，统筹管理员，8 小时 (development token, coordinator, 8 hours):\nTOKEN={token}")
        }
        Some(_) => "令牌由 duban token 签发 (`duban token` mints tokens)".to_owned(),
        None => "令牌由配置的颁发者颁发 (tokens come from the configured issuer)".to_owned(),
    };
    print(&format!(
        "\n督办 duban\n  API         http://{addr}/api/v1/{first}\n  Swagger UI  http://{addr}/docs/\n  OpenAPI     http://{addr}/openapi.json\n\n{token}\n\n"
    ))
}

async fn migrate(config: Config) -> anyhow::Result<()> {
    telemetry::start(&config)?;
    let app = App::new(config, Box::new(SystemClock)).await?;
    let name = app.config.database_named()?;
    let migrated = server::migrate(&app).await;
    migrated.with_context(|| format!("cannot migrate {name}"))?;
    app.close().await;
    tracing::info!("migrations are current");
    Ok(())
}

/// Says how far the log is proved, or where it is broken.
async fn verify(config: &Config, args: VerifyArgs) -> anyhow::Result<()> {
    let database = ReadOnly::open(config).await.context("cannot read the database")?;
    let checked = database
        .read(async |tx| verify_log(tx, args.expect.as_ref()).await)
        .await;
    database.close().await;
    let Verdict { head, waiting, broken } = checked?;
    let Some(broken) = broken else {
        return print(&format!(
            "日志完整 (the log is intact): {} 条已封存 (sealed), {waiting} 条待封存 (waiting)\nhead {head}\n",
            head.seq
        ));
    };
    let Broken { seq, id, entry, damage } = broken;
    let mut place: Vec<String> = Vec::new();
    place.extend(seq.map(|seq| format!("seq {seq}")));
    place.extend(id.map(|id| format!("id {id}")));
    place.extend(entry.map(|entry| format!("{} {}", entry.event, entry.subject)));
    let detail = damage.detail();
    bail!(
        "日志已损坏 (the log is broken): {}: {} ({})",
        place.join(", "),
        detail.zh,
        detail.en
    )
}

/// Fills the database with examples, and says how far it is.
async fn generate(config: Config, args: GenerateArgs) -> anyhow::Result<()> {
    let (seed, force) = (args.random_seed, args.force);
    let wanted = match args {
        GenerateArgs {
            plan: Some(plan),
            until,
            ..
        } => Generation::Life { plan, until },
        GenerateArgs { units, plans, .. } => Generation::Province(Province {
            units: units.unwrap_or_default() as usize,
            plans: plans as usize,
        }),
    };
    let (app, clock) = generate::open(config, seed).await?;
    server::prepare(&app).await?;
    // Named, it is wanted.
    if matches!(&wanted, Generation::Life { plan, .. } if plan.as_str() == seed::PLAN_ID) {
        server::seed(&app).await?;
    }
    let mut bar = ProgressBar::default();
    let mut tell = |Progress { done, of }| bar.show(done, of);
    let made = generate::generate(&app, &clock, (&wanted, seed, force), &mut tell).await;
    app.close().await;
    bar.end();
    let Made {
        units,
        plans,
        obligations,
        reports,
        extensions,
        notices,
    } = made?;
    print(&format!(
        "已生成 (made): 单位 {units} (units), 方案 {plans} (plans), 应办事项 {obligations} (obligations), 报告 {reports} (reports), \
         延期申请 {extensions} (extensions), 督办单 {notices} (notices)\n"
    ))
}

/// A progress bar, where standard error is a terminal.
#[derive(Default)]
struct ProgressBar(Option<usize>);

impl ProgressBar {
    fn show(&mut self, done: usize, of: usize) {
        let percent = done * 100 / of.max(1);
        if self.0.replace(percent) != Some(percent) && std::io::stderr().is_terminal() {
            eprint!("\r{:<50} {percent:>3} %", "#".repeat(percent / 2));
        }
    }

    fn end(self) {
        if self.0.is_some() && std::io::stderr().is_terminal() {
            eprintln!();
        }
    }
}

/// Says what an office's file is understood to be, and makes a plan of it if that is asked and nothing is wrong.
async fn import_plan(config: Config, args: ImportArgs) -> anyhow::Result<()> {
    const STEPS: usize = 3;
    let mut bar = ProgressBar::default();
    bar.show(0, STEPS);
    let wanted = import::PlanFile::read(&args)?;
    bar.show(1, STEPS);
    let imported = if args.commit {
        let app = App::new(config, Box::new(SystemClock)).await.context("cannot start")?;
        server::prepare(&app).await?;
        bar.show(2, STEPS);
        let imported = import::commit(&app, wanted).await;
        app.close().await;
        imported
    } else {
        let database = ReadOnly::open(&config).await.context("cannot read the database")?;
        bar.show(2, STEPS);
        let imported = import::preview(&database, wanted).await;
        database.close().await;
        imported
    };
    let Imported { preview, plan } = imported?;
    bar.show(STEPS, STEPS);
    bar.end();
    let width = terminal_size::terminal_size().map(|(width, _)| width.0);
    let said = import::summary(&preview, args.lang) + &import::findings(&preview, args.lang, width);
    match &args.json {
        Some(path) => {
            let json = serde_json::to_string_pretty(&preview)? + "\n";
            if path.as_os_str() == "-" {
                eprint!("{said}");
                print(&json)?;
            } else {
                std::fs::write(path, json).with_context(|| format!("cannot write {}", path.display()))?;
                print(&said)?;
            }
        }
        None => print(&said)?,
    }
    match (plan, preview.counts.errors) {
        (Some(plan), _) => {
            eprintln!("已写入方案 (the plan is made): {plan}");
            Ok(())
        }
        (None, 0) => {
            eprintln!("未写入；确认后加 --commit (nothing was made: say --commit to make it)");
            Ok(())
        }
        (None, errors) => bail!("{errors} 处须先更正，什么都没有写入 (errors to correct first; nothing was made)"),
    }
}

/// Puts the years of a notice of days off.
async fn import_calendar(config: Config, args: CalendarImportArgs) -> anyhow::Result<()> {
    let app = App::new(config, Box::new(SystemClock)).await.context("cannot start")?;
    server::prepare(&app).await?;
    let put = import::put_years(&app, &args).await;
    app.close().await;
    let (years, left_out) = put?;
    print(&import::years(&years, &left_out))
}

/// For containers without curl.
fn healthcheck(config: &Config) -> anyhow::Result<()> {
    let mut addr = config.addr;
    if addr.ip().is_unspecified() {
        addr.set_ip(if addr.is_ipv4() {
            std::net::Ipv4Addr::LOCALHOST.into()
        } else {
            std::net::Ipv6Addr::LOCALHOST.into()
        });
    }
    let limit = Duration::from_secs(3);
    let mut stream = TcpStream::connect_timeout(&addr, limit)?;
    stream.set_read_timeout(Some(limit))?;
    stream.write_all(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")?;
    let mut answer = [0; 12];
    stream.read_exact(&mut answer)?;
    if &answer == b"HTTP/1.1 200" {
        return Ok(());
    }
    bail!("unhealthy: {}", String::from_utf8_lossy(&answer));
}
