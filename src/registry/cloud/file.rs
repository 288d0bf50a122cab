use std::fs::File;
use std::io::{ErrorKind, Read as _};
use std::path::Path;

use zeroize::Zeroizing;

use crate::registry::auth::Secret;

/// Far more than any file with credentials has.
const LARGEST_BYTES: usize = 1 << 20;

/// Reads a file that holds credentials, off the async threads where that matters; none if there is none.
///
/// A reason names the file and never tells what is in it.
pub(super) fn read(path: &Path) -> Result<Option<Secret>, String> {
    let shown = path.display();
    let unreadable = |error: &std::io::Error| format!("`{shown}` cannot be read: {error}");
    match path.metadata() {
        // A pipe would make the run wait for ever.
        Ok(metadata) if !metadata.is_file() => return Err(format!("`{shown}` is not a file")),
        Ok(_) => {}
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            return Ok(None);
        }
        Err(error) => return Err(unreadable(&error)),
    }
    let mut bytes = Zeroizing::new(Vec::new());
    File::open(path)
        .and_then(|file| file.take(LARGEST_BYTES as u64 + 1).read_to_end(&mut bytes))
        .map_err(|error| unreadable(&error))?;
    if bytes.len() > LARGEST_BYTES {
        return Err(format!("`{shown}` is larger than {LARGEST_BYTES} bytes"));
    }
    let text = str::from_utf8(&bytes).map_err(|_| format!("`{shown}` is not text"))?;
    Ok(Some(Secret::new(text)))
}

/// Reads a file that must be there and hold one token; blanks around it do not count.
#[cfg(any(feature = "aws", feature = "azure"))]
pub(super) fn read_token(path: &Path) -> Result<Secret, String> {
    let shown = path.display();
    let text = read(path)?.ok_or_else(|| format!("`{shown}` does not exist"))?;
    let token = text.reveal().trim();
    if token.is_empty() {
        return Err(format!("`{shown}` is empty"));
    }
    Ok(Secret::new(token))
}

#[cfg(all(test, any(feature = "aws", feature = "azure")))]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_used_is_named_without_its_content() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("token");
        assert_eq!(read(&path), Ok(None));
        assert!(read_token(&path).unwrap_err().contains("does not exist"));
        assert!(read(folder.path()).unwrap_err().contains("is not a file"));
        for (content, reason) in [
            (b"canary\xff".to_vec(), "is not text"),
            (vec![b'c'; LARGEST_BYTES + 1], "is larger than"),
            (b" \n".to_vec(), "is empty"),
        ] {
            std::fs::write(&path, content).unwrap();
            let error = read_token(&path).unwrap_err();
            assert!(error.contains("token") && error.contains(reason), "{error}");
            assert!(!error.contains("canary"), "{error}");
        }
        std::fs::write(&path, " canary\n").unwrap();
        assert_eq!(read_token(&path).unwrap().reveal(), "canary");
    }
}
