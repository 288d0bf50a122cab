//! Stands between a tool and a registry: adds a round trip's time, wants tokens, limits the rate, and counts.

mod counts;
mod delay;
mod guard;
mod inventory;
mod memory;
mod serve;
mod settings;

use std::io::Write as _;
use std::sync::Arc;

use tokio::net::TcpListener;

use self::serve::Proxy;
use self::settings::Settings;

type Failure = Box<dyn std::error::Error + Send + Sync>;

#[expect(
    clippy::print_stdout,
    reason = "the line that whoever started this waits for"
)]
#[tokio::main]
async fn main() -> Result<(), Failure> {
    let mut settings = Settings::read(std::env::args().skip(1))?;
    let inventory = match &settings.inventory {
        None => None,
        Some(answers) => Some(inventory::start(answers).await?),
    };
    if let Some(registry) = &inventory {
        settings.upstream = registry.url("");
    }
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let control = TcpListener::bind("127.0.0.1:0").await?;
    let (port, control_port) = (listener.local_addr()?.port(), control.local_addr()?.port());
    let proxy = Arc::new(Proxy::new(settings, port)?);
    println!("{port} {control_port}");
    std::io::stdout().flush()?;
    tokio::spawn(serve::control(control, Arc::clone(&proxy)));
    serve::front(listener, proxy).await
}
