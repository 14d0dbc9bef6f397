//! Fetches the archives of public data sets: resumable, and named as such only once they are right.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use thiserror::Error;
use ureq::Agent;
use ureq::http::{Response, StatusCode, header};
use zip::ZipArchive;

use super::Published;
pub use super::published::{Archive, archives};
use super::verify::md5_of;

/// Fruitless attempts in a row after which a fetch is given up.
const MAX_FAILURES: u32 = 5;
/// Bytes between two reports of progress.
const CHUNK: usize = 1 << 16;
/// How long a silent server is waited for.
const TIMEOUT: Duration = Duration::from_secs(30);

/// Why a data set cannot be fetched.
#[derive(Debug, Error)]
pub enum DownloadError {
    /// The data set is not public.
    #[error(
        "{dataset} is not given out without asking; get it from its publishers and name its folder with --data-dir"
    )]
    NotPublic {
        /// Title of the data set.
        dataset: &'static str,
    },
    /// The server does not answer, or not to the end, or refuses.
    #[error("`{address}` cannot be fetched: {cause}; what has arrived is kept, so try again later")]
    Broken {
        /// What was fetched.
        address: String,
        /// What happened.
        cause: String,
    },
    /// What the server has is not what was published.
    #[error("`{address}` gives {what}; nothing of it is kept, so fetch it from elsewhere")]
    Wrong {
        /// What was fetched.
        address: String,
        /// What was found.
        what: String,
    },
    /// A file with the archive's name is there and is something else.
    #[error(
        "`{path}` is there and is not the published file (its MD5 is not {md5}); move it away and fetch again"
    )]
    Occupied {
        /// The file.
        path: PathBuf,
        /// What its MD5 should be.
        md5: String,
    },
    /// Another process is at it.
    #[error("`{path}` is being fetched by another process; wait for it")]
    Busy {
        /// The file.
        path: PathBuf,
    },
    /// A file cannot be written.
    #[error("`{path}` cannot be written: {cause}")]
    Unwritable {
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        cause: io::Error,
    },
    /// Whoever asked for it stopped it.
    #[error(
        "the fetch of `{address}` was stopped; what has arrived is kept, so it can go on from there"
    )]
    Stopped {
        /// What was fetched.
        address: String,
    },
}

/// How far a fetch has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress<'a> {
    /// Name of the file.
    pub name: &'a str,
    /// Bytes that are here.
    pub bytes: u64,
    /// Bytes of the whole file.
    pub total: u64,
}

/// Fetches the files of `kind` into `root`, with SVHN's further pictures if `extra`, and unpacks those that
/// are read unpacked. What is there and right already is not fetched. `base` stands in for the addresses of
/// the publishers' folders; it ends with a slash. `progress` can stop the fetch.
///
/// Gives the paths of the files.
///
/// # Errors
/// See [`DownloadError`].
pub fn download(
    kind: Published,
    root: &Path,
    extra: bool,
    base: Option<&str>,
    progress: &mut dyn FnMut(Progress<'_>) -> ControlFlow<()>,
) -> Result<Vec<PathBuf>, DownloadError> {
    let archives = archives(kind, extra);
    if archives.is_empty() {
        return Err(DownloadError::NotPublic {
            dataset: kind.title(),
        });
    }
    let mut paths = Vec::new();
    for mut archive in archives {
        if let Some(base) = base {
            base.clone_into(&mut archive.base);
        }
        let path = fetch(&archive, root, progress)?;
        if path.extension().is_some_and(|extension| extension == "zip") {
            unpack(&path, root)?;
        }
        paths.push(path);
    }
    Ok(paths)
}

/// Fetches one archive into `root`, beginning or going on with a file of the name and `.part`, which gets
/// its name once length and checksum are right. Gives its path.
///
/// # Errors
/// See [`DownloadError`].
pub fn fetch(
    archive: &Archive,
    root: &Path,
    progress: &mut dyn FnMut(Progress<'_>) -> ControlFlow<()>,
) -> Result<PathBuf, DownloadError> {
    let path = root.join(&archive.name);
    let checked = |path: &Path| {
        md5_of(path).map_err(|error| DownloadError::Unwritable {
            path: path.to_path_buf(),
            cause: io::Error::other(error.to_string()),
        })
    };
    if path.exists() {
        return if checked(&path)? == archive.md5 {
            Ok(path)
        } else {
            let md5 = archive.md5.clone();
            Err(DownloadError::Occupied { path, md5 })
        };
    }
    fs::create_dir_all(root).map_err(|cause| unwritable(root, cause))?;
    let part = root.join(format!("{}.part", archive.name));
    let mut transfer = Transfer::open(archive, part)?;
    transfer.run(progress)?;
    if checked(&transfer.part)? != archive.md5 {
        transfer.forget()?;
        let what = format!("a file whose MD5 is not {}", archive.md5);
        let address = transfer.address;
        return Err(DownloadError::Wrong { address, what });
    }
    fs::rename(&transfer.part, &path).map_err(|cause| unwritable(&path, cause))?;
    Ok(path)
}

/// Unpacks a zip archive into `root`, in one step for whoever looks on; nothing where its folder is there.
fn unpack(archive: &Path, root: &Path) -> Result<(), DownloadError> {
    let name = archive.file_stem().unwrap_or_default();
    let folder = root.join(name);
    if folder.exists() {
        return Ok(());
    }
    let failed = |cause: io::Error| unwritable(&folder, cause);
    let mut unpacking = name.to_owned();
    unpacking.push(".unpacking");
    let unpacking = root.join(unpacking);
    if unpacking.exists() {
        fs::remove_dir_all(&unpacking).map_err(failed)?;
    }
    let file = File::open(archive).map_err(failed)?;
    ZipArchive::new(io::BufReader::new(file))
        .and_then(|mut archive| archive.extract(&unpacking))
        .map_err(|error| failed(io::Error::other(error)))?;
    fs::rename(unpacking.join(name), &folder).map_err(failed)?;
    fs::remove_dir_all(&unpacking).map_err(failed)
}

fn unwritable(path: &Path, cause: io::Error) -> DownloadError {
    DownloadError::Unwritable {
        path: path.to_path_buf(),
        cause,
    }
}

/// Why an attempt ended before the file did.
enum Attempt {
    /// It may go better next time.
    Again(String),
    /// It will not.
    Over(DownloadError),
}

/// A file on its way.
struct Transfer<'a> {
    archive: &'a Archive,
    address: String,
    part: PathBuf,
    /// Locked against other processes, at its end.
    file: File,
    /// Bytes that are here.
    have: u64,
    agent: Agent,
}

impl<'a> Transfer<'a> {
    fn open(archive: &'a Archive, part: PathBuf) -> Result<Self, DownloadError> {
        let mut options = OpenOptions::new();
        let file = options
            .create(true)
            .truncate(false)
            .read(true)
            .write(true)
            .open(&part)
            .map_err(|cause| unwritable(&part, cause))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(fs::TryLockError::WouldBlock) => {
                return Err(DownloadError::Busy { path: part });
            }
            Err(fs::TryLockError::Error(cause)) => return Err(unwritable(&part, cause)),
        }
        let metadata = file.metadata();
        let have = metadata.map_err(|cause| unwritable(&part, cause))?.len();
        let config = Agent::config_builder()
            .timeout_connect(Some(TIMEOUT))
            .timeout_recv_response(Some(TIMEOUT))
            .timeout_per_read(Some(TIMEOUT))
            .http_status_as_error(false)
            .build();
        let mut transfer = Self {
            archive,
            address: format!("{}{}", archive.base, archive.name),
            part,
            file,
            have,
            agent: config.new_agent(),
        };
        let whole = transfer.archive.bytes;
        transfer.cut_to(if have > whole { 0 } else { have })?;
        Ok(transfer)
    }

    /// Attempts until all bytes are here.
    fn run(
        &mut self,
        progress: &mut dyn FnMut(Progress<'_>) -> ControlFlow<()>,
    ) -> Result<(), DownloadError> {
        let mut furthest = self.have;
        let mut failures = 0;
        while self.have < self.archive.bytes {
            match self.attempt(progress) {
                Ok(()) => {}
                Err(Attempt::Over(error)) => return Err(error),
                Err(Attempt::Again(cause)) => {
                    // A server that always begins anew must not be asked for ever.
                    failures = if self.have > furthest {
                        0
                    } else {
                        failures + 1
                    };
                    furthest = furthest.max(self.have);
                    if failures == MAX_FAILURES {
                        let address = self.address.clone();
                        return Err(DownloadError::Broken { address, cause });
                    }
                    thread::sleep(pause(failures));
                }
            }
        }
        self.file
            .sync_all()
            .map_err(|cause| unwritable(&self.part, cause))
    }

    /// Asks for what is missing and writes what comes.
    fn attempt(
        &mut self,
        progress: &mut dyn FnMut(Progress<'_>) -> ControlFlow<()>,
    ) -> Result<(), Attempt> {
        let request = self.agent.get(&self.address);
        let request = request.header(header::RANGE, format!("bytes={}-", self.have));
        let response = request
            .call()
            .map_err(|error| Attempt::Again(error.to_string()))?;
        let begins = match response.status() {
            StatusCode::PARTIAL_CONTENT => beginning(&response),
            StatusCode::OK => Some(0),
            status @ (StatusCode::RANGE_NOT_SATISFIABLE
            | StatusCode::REQUEST_TIMEOUT
            | StatusCode::TOO_MANY_REQUESTS) => {
                return Err(Attempt::Again(format!("the server answers {status}")));
            }
            status if status.is_server_error() => {
                return Err(Attempt::Again(format!("the server answers {status}")));
            }
            status => {
                let address = self.address.clone();
                let cause = format!("the server answers {status}");
                return Err(Attempt::Over(DownloadError::Broken { address, cause }));
            }
        };
        match begins {
            Some(begins) if begins == self.have => {}
            Some(0) => self.cut_to(0).map_err(Attempt::Over)?,
            _ => {
                let cause = "the server sends another part than was asked for".to_owned();
                return Err(Attempt::Again(cause));
            }
        }
        let mut body = response.into_body().into_reader();
        let mut chunk = vec![0; CHUNK];
        loop {
            let count = body
                .read(&mut chunk)
                .map_err(|error| Attempt::Again(error.to_string()))?;
            let bytes = chunk.get(..count).unwrap_or_default();
            if bytes.is_empty() {
                break;
            }
            if self.have + count as u64 > self.archive.bytes {
                self.forget().map_err(Attempt::Over)?;
                let address = self.address.clone();
                let what = format!("more than the {} bytes published", self.archive.bytes);
                return Err(Attempt::Over(DownloadError::Wrong { address, what }));
            }
            self.file
                .write_all(bytes)
                .map_err(|cause| Attempt::Over(unwritable(&self.part, cause)))?;
            self.have += count as u64;
            let now = Progress {
                name: &self.archive.name,
                bytes: self.have,
                total: self.archive.bytes,
            };
            if progress(now).is_break() {
                let address = self.address.clone();
                return Err(Attempt::Over(DownloadError::Stopped { address }));
            }
        }
        if self.have < self.archive.bytes {
            return Err(Attempt::Again("it ends too early".to_owned()));
        }
        Ok(())
    }

    /// Keeps only the first `bytes` bytes.
    fn cut_to(&mut self, bytes: u64) -> Result<(), DownloadError> {
        self.have = bytes;
        self.file
            .set_len(bytes)
            .and_then(|()| self.file.seek(SeekFrom::Start(bytes)).map(drop))
            .map_err(|cause| unwritable(&self.part, cause))
    }

    /// Removes what has arrived.
    fn forget(&self) -> Result<(), DownloadError> {
        fs::remove_file(&self.part).map_err(|cause| unwritable(&self.part, cause))
    }
}

/// How long to wait after so many fruitless attempts in a row.
const fn pause(failures: u32) -> Duration {
    if cfg!(test) {
        Duration::from_millis(1)
    } else {
        Duration::from_secs(1 << failures)
    }
}

/// The place of the first byte of a part, from `Content-Range: bytes 5-9/10`.
fn beginning<B>(response: &Response<B>) -> Option<u64> {
    let range = response.headers().get(header::CONTENT_RANGE)?;
    let range = range.to_str().ok()?.strip_prefix("bytes ")?;
    range.split_once('-')?.0.trim().parse().ok()
}

#[cfg(test)]
mod tests;
