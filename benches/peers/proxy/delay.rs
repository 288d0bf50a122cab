use std::io;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, DuplexStream};
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until};

/// Timers wake up to a millisecond late.
const LATE: Duration = Duration::from_micros(500);

/// Puts a connection at a distance: every byte takes half a round trip each way, and the first ones a whole one
/// more, which is what setting up a connection costs.
pub(super) fn far_away(stream: TcpStream, round_trip: Duration) -> DuplexStream {
    let accepted = Instant::now();
    let (near, far) = tokio::io::duplex(256 << 10);
    let (from_client, to_client) = stream.into_split();
    let (from_server, to_server) = tokio::io::split(far);
    let half = round_trip / 2;
    tokio::spawn(carry(from_client, to_server, half, accepted + round_trip));
    tokio::spawn(carry(from_server, to_client, half, accepted));
    near
}

/// Carries bytes from one end to the other, each piece so much later than it came.
async fn carry(
    mut from: impl AsyncRead + Unpin + Send + 'static,
    mut to: impl AsyncWrite + Unpin,
    time: Duration,
    open: Instant,
) -> io::Result<()> {
    let (sender, mut receiver) = mpsc::channel::<(Instant, Vec<u8>)>(256);
    tokio::spawn(async move {
        let mut buffer = vec![0; 64 << 10];
        while let Ok(count @ 1..) = from.read(&mut buffer).await {
            let due = Instant::now().max(open) + time;
            if sender.send((due, buffer[..count].to_vec())).await.is_err() {
                break;
            }
        }
    });
    while let Some((due, bytes)) = receiver.recv().await {
        if let Some(due) = due.checked_sub(LATE)
            && due > Instant::now()
        {
            sleep_until(due).await;
        }
        to.write_all(&bytes).await?;
        to.flush().await?;
    }
    to.shutdown().await
}
