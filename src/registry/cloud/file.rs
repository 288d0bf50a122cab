use std::io::ErrorKind;
use std::path::Path;

use zeroize::Zeroizing;

use crate::file;
use crate::registry::auth::Secret;

/// Far more than any file with credentials has.
const LARGEST_BYTES: u64 = 1 << 20;

/// Reads a file that holds credentials, off the async threads where that matters; none if there is none.
///
/// A reason names the file and never tells what is in it.
pub(super) fn read(path: &Path) -> Result<Option<Secret>, String> {
    let shown = path.display();
    let bytes = match file::read(path, LARGEST_BYTES) {
        Ok(bytes) => Zeroizing::new(bytes),
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            return Ok(None);
        }
        Err(error) => return Err(format!("`{shown}` cannot be read: {error}")),
    };
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
        assert!(
            read(folder.path())
                .unwrap_err()
                .contains("it is a directory")
        );
        for (content, reason) in [
            (b"canary\xff".to_vec(), "is not text"),
            (vec![b'c'; (1 << 20) + 1], "is larger than"),
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
