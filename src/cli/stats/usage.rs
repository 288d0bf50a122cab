use std::time::Duration;

/// Returns the processor time of this process so far: of all threads, for itself and in the system.
#[cfg(unix)]
pub(super) fn cpu_time() -> Option<Duration> {
    use rustix::time::{ClockId, clock_gettime};

    Duration::try_from(clock_gettime(ClockId::ProcessCPUTime)).ok()
}

/// Returns nothing: no clock of this platform tells it in a way that needs no `unsafe`.
#[cfg(not(unix))]
pub(super) fn cpu_time() -> Option<Duration> {
    None
}

/// Returns the most memory that this process held, where the system tells it as Linux does.
pub(super) fn peak_memory_bytes() -> Option<u64> {
    read_peak(&std::fs::read_to_string("/proc/self/status").ok()?)
}

/// Reads `VmHWM`, the "high water mark" of the resident set (proc(5)).
fn read_peak(status: &str) -> Option<u64> {
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kilobytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    kilobytes.checked_mul(1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_high_water_mark_is_in_kilobytes() {
        let status = "Name:\timagelock\nVmPeak:\t  300000 kB\nVmHWM:\t   12345 kB\n";
        assert_eq!(read_peak(status), Some(12345 * 1024));
        assert_eq!(read_peak("VmHWM:\tmany kB\n"), None);
        assert_eq!(read_peak("VmHWM:\t99999999999999999999 kB\n"), None);
        assert_eq!(read_peak(""), None);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn this_process_has_used_some_of_both() {
        assert!(cpu_time().unwrap() > Duration::ZERO);
        assert!(peak_memory_bytes().unwrap() > 1 << 20);
    }
}
