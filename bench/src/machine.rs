//! What the figures were measured on.

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;
use std::time::Instant;

use crate::Failure;
use crate::report::{median, number};

/// Processor, cores, memory, kernel, and how long the disk under `data` takes to keep 4 KB.
///
/// # Errors
/// The system's.
pub(crate) fn describe(data: &Path) -> Result<String, Failure> {
    let field = |file: &str, name: &str| {
        let text = fs::read_to_string(file).unwrap_or_default();
        let line = text.lines().find(|line| line.starts_with(name)).map(str::to_owned);
        let value = line.and_then(|line| Some(line.split_once(':')?.1.trim().to_owned()));
        value.unwrap_or_else(|| "unknown".to_owned())
    };
    let memory = field("/proc/meminfo", "MemTotal");
    let kib: f64 = memory.split_whitespace().next().unwrap_or_default().parse().unwrap_or(0.0);
    Ok(format!(
        "{}, {} cores, {} GiB, Linux {}, fdatasync of 4 KB in {} ms",
        field("/proc/cpuinfo", "model name"),
        std::thread::available_parallelism()?,
        number(kib / (1024.0 * 1024.0)),
        fs::read_to_string("/proc/sys/kernel/osrelease")?.trim(),
        number(sync_ms(data)?),
    ))
}

fn sync_ms(data: &Path) -> Result<f64, Failure> {
    let mut file: File = tempfile::tempfile_in(data)?;
    let mut times = Vec::new();
    for _ in 0..200 {
        file.write_all(&[1; 4096])?;
        let begun = Instant::now();
        file.sync_data()?;
        times.push(begun.elapsed().as_secs_f64() * 1e3);
    }
    Ok(median(&times))
}
