use std::io::ErrorKind;
use std::path::Path;

use zeroize::Zeroizing;

use super::Secret;
use crate::file;

/// Far more than any file of credentials has.
const FILE_CAP_BYTES: u64 = 4 << 20;

/// Reads a file off the async threads; one that does not exist counts as empty if it may be missing.
pub(super) async fn read_file(path: &Path, must_exist: bool) -> Result<Secret, String> {
    let path = path.to_path_buf();
    let read = move || {
        let bytes = Zeroizing::new(file::read(&path, FILE_CAP_BYTES)?);
        let text = str::from_utf8(&bytes);
        text.map(Secret::new)
            .map_err(|_| std::io::Error::other("it is not UTF-8 text"))
    };
    match tokio::task::spawn_blocking(read).await {
        Ok(Ok(text)) => Ok(text),
        Ok(Err(error)) => {
            let is_missing = matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory);
            if is_missing && !must_exist {
                return Ok(Secret::new(""));
            }
            Err(format!("it cannot be read: {error}"))
        }
        Err(_) => Err("it cannot be read".into()),
    }
}
