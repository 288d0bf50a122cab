/// Returns `true` if a tag names a signature, an attestation or referrers, and no image.
pub(crate) fn names_artifact(tag: &str) -> bool {
    let Some(rest) = tag.strip_prefix("sha256-") else {
        return false;
    };
    let hex_length = rest.bytes().take_while(u8::is_ascii_hexdigit).count();
    match &rest[hex_length..] {
        "" => hex_length == 64,
        ".sig" | ".att" | ".sbom" => hex_length > 0,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn artifacts_are_told_by_their_form() {
        let hex = "0123456789abcdef".repeat(4);
        for tag in [
            format!("sha256-{hex}"),
            format!("sha256-{hex}.sig"),
            "sha256-ab12.att".into(),
            "sha256-0.sbom".into(),
        ] {
            assert!(names_artifact(&tag), "{tag}");
        }
        for tag in [
            "sha256-ab12",
            "sha256-.sig",
            "sha256-ab12.sign",
            "1.2.3.sig",
            "sha256",
        ] {
            assert!(!names_artifact(tag), "{tag}");
        }
    }
}
