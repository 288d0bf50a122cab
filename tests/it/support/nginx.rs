//! A real server in front of registries: nginx, on free ports of loopback.

use std::fmt::Write as _;
use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use tempfile::TempDir;

#[cfg(feature = "cli")]
use super::pki::Authority;
use super::pki::Issued;
use super::programs::server;
use super::service::{Service, on_free_ports};

/// A running nginx with so many servers, each on a port of its own; it ends when this is dropped.
pub(crate) struct Nginx<const N: usize> {
    ports: [u16; N],
    control: u16,
    folder: TempDir,
    _service: Service,
}

/// A request as nginx's own log has it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(crate) struct Logged {
    /// The server's port.
    port: u16,
    /// Such as `HTTP/2.0`.
    pub(crate) protocol: String,
    /// What the client's certificate was worth: `SUCCESS`, `FAILED:…` or `NONE`.
    pub(crate) verified: String,
    pub(crate) method: String,
    pub(crate) path: String,
    /// The header, empty if there was none.
    pub(crate) authorization: String,
    pub(crate) status: String,
    /// How the answer was packed, empty if it was not.
    pub(crate) encoding: String,
}

/// The beginning of a configuration: one process that stays, with everything it writes in its folder.
const MAIN: &str = r#"
daemon off;
master_process off;
error_log stderr notice;
pid nginx.pid;
events { worker_connections 512; }
http {
    client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi; scgi_temp_path scgi;
    log_format tests escape=json '{"port":$server_port,"protocol":"$server_protocol","verified":"$ssl_client_verify",'
        '"method":"$request_method","path":"$request_uri","authorization":"$http_authorization","status":"$status","encoding":"$sent_http_content_encoding"}';
    access_log access.log tests;
    limit_req_zone $server_port zone=lists:1m rate=1r/s;
    proxy_set_header Host $http_host;
    proxy_http_version 1.1;
"#;

impl<const N: usize> Nginx<N> {
    /// Starts one, or returns nothing where nginx is not installed.
    ///
    /// `servers` gets the ports and returns what stands in the server of each, with a `listen` of the same port.
    pub(crate) fn start(servers: impl Fn([u16; N]) -> [Server; N]) -> Option<Self> {
        let program = server("nginx", "-v")?;
        // The one more port is for a question of our own.
        Some(on_free_ports(N + 1, |ports| {
            let (control, ports) = ports.split_first().expect("invariant: it is one more");
            let ports = ports.try_into().expect("invariant: there are as many");
            Self::launch(&program, *control, ports, &servers(ports))
        }))
    }

    fn launch(
        program: &Path,
        control: u16,
        ports: [u16; N],
        servers: &[Server; N],
    ) -> Result<Self, String> {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let write = |name: &str, text: &str| {
            fs::write(folder.path().join(name), text).expect("a written file");
        };
        let mut config = String::from(MAIN);
        let plain = "access_log off; return 204;";
        let _written = writeln!(config, "server {{ listen 127.0.0.1:{control}; {plain} }}");
        for (number, (port, server)) in ports.iter().zip(servers).enumerate() {
            let listen = if server.files.is_empty() {
                ""
            } else {
                " ssl http2"
            };
            let _written = writeln!(config, "server {{\n    listen 127.0.0.1:{port}{listen};");
            for (directive, name, text) in &server.files {
                let file = format!("{number}-{name}");
                write(&file, text);
                let _written = writeln!(config, "    {directive} {file};");
            }
            let _written = writeln!(config, "    {}\n}}", server.body);
        }
        config.push_str("}\n");
        write("nginx.conf", &config);
        let mut command = Service::command(program);
        command.args(["-e", "stderr", "-p"]).arg(folder.path());
        let service = Service::start(command.args(["-c", "nginx.conf"]));
        // It is said once all ports are open.
        service.wait_for("event method")?;
        Ok(Self {
            ports,
            control,
            folder,
            _service: service,
        })
    }

    /// Returns a server's place under a host's name.
    pub(crate) fn at(&self, host: &str, server: usize) -> String {
        format!("{host}:{}", self.ports[server])
    }

    /// Returns what a server was asked, in the order in which it answered.
    pub(crate) fn requests(&self, server: usize) -> Vec<Logged> {
        // The one process answers in order, and writes down each request when it has answered: once it answers
        // this, all before it are written.
        let mut stream = TcpStream::connect(("127.0.0.1", self.control)).expect("a connection");
        stream
            .write_all(b"GET / HTTP/1.0\r\n\r\n")
            .expect("a request");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("an answer");
        assert!(answer.contains("204"), "{answer}");
        let log: PathBuf = self.folder.path().join("access.log");
        let log = fs::read_to_string(log).expect("a log");
        let lines = log.lines().map(|line| {
            serde_json::from_str::<Logged>(line).unwrap_or_else(|error| panic!("{line}: {error}"))
        });
        lines
            .filter(|line| line.port == self.ports[server])
            .collect()
    }
}

/// One server of nginx.
#[derive(Clone, Debug, Default)]
pub(crate) struct Server {
    /// The directives that name a file, with its name and its text.
    files: Vec<(&'static str, &'static str, String)>,
    body: String,
}

impl Server {
    /// Makes one of directives and locations, without TLS.
    pub(crate) fn plain(body: impl Into<String>) -> Self {
        Self {
            files: Vec::new(),
            body: body.into(),
        }
    }

    /// Makes one that passes everything on to a server, such as `127.0.0.1:5000`.
    pub(crate) fn passing(upstream: &str) -> Self {
        Self::plain(format!("location / {{ proxy_pass http://{upstream}; }}\n"))
    }

    /// Lets it speak TLS, and HTTP/2 with whoever wants that.
    #[must_use]
    pub(crate) fn tls(mut self, issued: &Issued) -> Self {
        self.files.extend([
            ("ssl_certificate", "server.pem", issued.certificate.clone()),
            ("ssl_certificate_key", "server.key", issued.key.clone()),
        ]);
        self
    }

    /// Lets it demand a certificate of this authority.
    #[cfg(feature = "cli")]
    #[must_use]
    pub(crate) fn clients_of(mut self, authority: &Authority) -> Self {
        let authority = authority.pem();
        self.files
            .push(("ssl_client_certificate", "clients.pem", authority));
        self.body.insert_str(0, "ssl_verify_client on; ");
        self
    }

    /// Adds directives or locations.
    #[cfg(feature = "cli")]
    #[must_use]
    pub(crate) fn with(mut self, body: &str) -> Self {
        self.body.push_str(body);
        self
    }
}
