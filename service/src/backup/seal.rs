//! The checksum of a backup, in two fields of SQLite's header that are free for applications:
//! <https://sqlite.org/fileformat2.html#the_database_header>. SQLite itself has no checksums: of a
//! byte that flipped in a text it would not know. It tells of accidents, not of forgery.

use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};

/// What a SQLite file begins with.
const MAGIC: &[u8] = b"SQLite format 3\0";
const HEADER: usize = 100;

/// "User version": the CRC-32 of the file, itself taken as 0.
const CHECKSUM: std::ops::Range<usize> = 60..64;
/// "Application id": says that there is a checksum.
const MARK: std::ops::Range<usize> = 68..72;
const SPIN: [u8; 4] = *b"SPIN";

/// Why this is no whole backup.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Broken {
    NoSqlite,
    NoSeal,
    Changed,
}

/// Marks the file as a backup, with its checksum.
pub(super) fn close(file: &mut File) -> io::Result<()> {
    write_at(file, &MARK, SPIN)?;
    write_at(file, &CHECKSUM, [0; 4])?;
    let checksum = checksum(file)?;
    write_at(file, &CHECKSUM, checksum.to_be_bytes())
}

/// Takes mark and checksum out again, if the file is what was marked.
pub(super) fn open(file: &mut File) -> io::Result<Result<(), Broken>> {
    let mut header = Vec::with_capacity(HEADER);
    file.seek(SeekFrom::Start(0))?;
    (&*file).take(HEADER as u64).read_to_end(&mut header)?;
    if header.len() < HEADER || !header.starts_with(MAGIC) {
        return Ok(Err(Broken::NoSqlite));
    }
    if header[MARK] != SPIN {
        return Ok(Err(Broken::NoSeal));
    }
    let sealed = header[CHECKSUM].to_vec();
    write_at(file, &CHECKSUM, [0; 4])?;
    if checksum(file)?.to_be_bytes() != *sealed {
        return Ok(Err(Broken::Changed));
    }
    write_at(file, &MARK, [0; 4])?;
    Ok(Ok(()))
}

fn checksum(file: &mut File) -> io::Result<u32> {
    file.seek(SeekFrom::Start(0))?;
    let mut hasher = crc32fast::Hasher::new();
    let mut chunk = vec![0; 1 << 20];
    loop {
        match file.read(&mut chunk)? {
            0 => return Ok(hasher.finalize()),
            length => hasher.update(&chunk[..length]),
        }
    }
}

fn write_at(file: &mut File, field: &std::ops::Range<usize>, bytes: [u8; 4]) -> io::Result<()> {
    file.seek(SeekFrom::Start(field.start as u64))?;
    file.write_all(&bytes)
}
