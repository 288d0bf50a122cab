//! A real proxy: squid, on a free port of loopback.

use std::fmt::Write as _;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use super::programs::{runs, server};
use super::service::{Service, on_free_ports};

/// A running squid; it ends when this is dropped.
///
/// The name `registry.hidden.test` leads to this machine, for squid alone.
pub(crate) struct Squid {
    port: u16,
    folder: TempDir,
    service: Service,
}

/// The name that only squid knows.
pub(crate) const HIDDEN: &str = "registry.hidden.test";

/// Whom squid leads.
#[derive(Clone, Copy)]
pub(crate) enum Leads<'a> {
    Anyone,
    /// Who shows this name and password, by Basic.
    User(&'a str, &'a str),
    Nobody,
}

/// A request as squid's own log has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Logged {
    /// The method and the target, such as `CONNECT registry.test:443`.
    pub(crate) line: String,
    pub(crate) status: String,
    /// The user that showed a password that is right, or `-`.
    pub(crate) user: String,
    /// The header `Authorization`, or `-`.
    pub(crate) authorization: String,
}

/// Everything but the port and whom it leads.
const MAIN: &str = "
visible_hostname proxy.test
pid_filename none
cache_log /dev/null
cache deny all
pinger_enable off
strip_query_terms off
shutdown_lifetime 0 seconds
logformat tests %rm %ru %>Hs %un %{Authorization}>h
";

impl Squid {
    /// Starts one, or returns nothing where squid is not installed, nor `htpasswd` where passwords are wanted.
    pub(crate) fn start(leads: Leads<'_>) -> Option<Self> {
        let program = server("squid", "-v")?;
        let users = match leads {
            Leads::User(user, password) => {
                let arguments = ["-nbm", user, password];
                if !runs("htpasswd", &arguments) {
                    return None;
                }
                Command::new("htpasswd")
                    .args(arguments)
                    .output()
                    .expect("a hash")
                    .stdout
            }
            Leads::Anyone | Leads::Nobody => Vec::new(),
        };
        Some(on_free_ports(1, |ports| {
            Self::launch(&program, ports[0], leads, &users)
        }))
    }

    fn launch(program: &Path, port: u16, leads: Leads<'_>, users: &[u8]) -> Result<Self, String> {
        let folder = tempfile::tempdir().expect("a temporary folder");
        // Root starts squid, which then goes on as somebody else.
        fs::set_permissions(folder.path(), Permissions::from_mode(0o777)).expect("a folder");
        let file = |name: &str| folder.path().join(name);
        let write = |name: &str, text: &[u8]| fs::write(file(name), text).expect("a written file");
        write("hosts", format!("127.0.0.1 {HIDDEN}\n").as_bytes());
        write("users", users);
        let place = folder.path().display();
        let access = match leads {
            Leads::Anyone => "http_access allow all".into(),
            Leads::Nobody => "http_access deny all".into(),
            Leads::User(..) => format!(
                "auth_param basic program {} {place}/users\nauth_param basic children 1\n\
                 acl known proxy_auth REQUIRED\nhttp_access allow known\nhttp_access deny all",
                password_checker().display()
            ),
        };
        let mut config = String::from(MAIN);
        let _written = writeln!(
            config,
            "http_port 127.0.0.1:{port}\nhosts_file {place}/hosts\ncoredump_dir {place}\n\
             access_log stdio:{place}/access.log logformat=tests\n{access}"
        );
        write("squid.conf", config.as_bytes());
        let mut command = Service::command(program);
        command
            .args(["-N", "-d", "1", "-f"])
            .arg(file("squid.conf"));
        let service = Service::start(&mut command);
        service.wait_for("Accepting HTTP Socket connections")?;
        Ok(Self {
            port,
            folder,
            service,
        })
    }

    /// Returns host and port.
    pub(crate) fn address(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// Returns its URL.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address())
    }

    /// Returns its URL with credentials in it.
    pub(crate) fn url_for(&self, user: &str, password: &str) -> String {
        format!("http://{user}:{password}@{}", self.address())
    }

    /// Ends it, and returns what it was asked in all that time. It writes down a tunnel once that has ended.
    pub(crate) fn end(self) -> Vec<Logged> {
        self.service.end();
        let log = fs::read_to_string(self.folder.path().join("access.log")).expect("a log");
        // A connection that ended before it asked for anything stands there as well.
        let asked = |line: &&str| !line.starts_with("- error:transaction-end-before-headers");
        let lines = log.lines().filter(asked).map(|line| {
            let words: Vec<_> = line.splitn(5, ' ').collect();
            let [method, target, status, user, authorization] = words[..] else {
                panic!("{line}");
            };
            Logged {
                line: format!("{method} {target}"),
                status: status.into(),
                user: user.into(),
                authorization: authorization.into(),
            }
        });
        lines.collect()
    }
}

/// Returns the program that checks passwords for squid.
fn password_checker() -> PathBuf {
    let folders = ["/usr/lib/squid", "/usr/lib64/squid", "/usr/libexec/squid"];
    let mut places = folders
        .map(|folder| Path::new(folder).join("basic_ncsa_auth"))
        .into_iter();
    places
        .find(|place| place.exists())
        .expect("squid's own helpers")
}
