//! A tar archive of one small file: the layer of a built image.

const BLOCK: usize = 512;

/// Returns a POSIX tar archive with one file, the same bytes for the same arguments.
pub(super) fn tar_of(path: &str, text: &str) -> Vec<u8> {
    let mut archive = header(path, text.len());
    archive.extend_from_slice(text.as_bytes());
    let padded = archive.len().next_multiple_of(BLOCK);
    archive.resize(padded + 2 * BLOCK, 0);
    archive
}

/// Returns the header block; owner root, mode 0644, time 0.
fn header(path: &str, length: usize) -> Vec<u8> {
    let mut block = vec![0_u8; BLOCK];
    let mut put = |offset: usize, field: &str| {
        block[offset..offset + field.len()].copy_from_slice(field.as_bytes());
    };
    put(0, path.get(..path.len().min(100)).unwrap_or("file"));
    put(100, "0000644");
    put(108, "0000000");
    put(116, "0000000");
    put(124, &format!("{length:011o}"));
    put(136, "00000000000");
    put(148, "        ");
    put(156, "0");
    put(257, "ustar");
    put(263, "00");
    let sum: u32 = block.iter().copied().map(u32::from).sum();
    block[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    block
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_counts_its_own_field_as_blanks() {
        let archive = tar_of("etc/release", "nginx 1.27.5\n");
        assert_eq!(archive.len(), 4 * BLOCK);
        let mut block = archive[..BLOCK].to_vec();
        let written = String::from_utf8(block[148..154].to_vec()).unwrap();
        block[148..156].fill(b' ');
        let sum: u32 = block.iter().copied().map(u32::from).sum();
        assert_eq!(u32::from_str_radix(&written, 8).unwrap(), sum);
        assert!(archive[BLOCK..].starts_with(b"nginx 1.27.5\n"));
    }
}
